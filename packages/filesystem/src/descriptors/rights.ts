/** What a descriptor may be used for: the flags `rights` of WASI preview 1. All fit into 30 bits. */
export const RIGHT = {
  fdDatasync: 1 << 0,
  fdRead: 1 << 1,
  fdSeek: 1 << 2,
  fdFdstatSetFlags: 1 << 3,
  fdSync: 1 << 4,
  fdTell: 1 << 5,
  fdWrite: 1 << 6,
  fdAdvise: 1 << 7,
  fdAllocate: 1 << 8,
  pathCreateDirectory: 1 << 9,
  pathCreateFile: 1 << 10,
  pathLinkSource: 1 << 11,
  pathLinkTarget: 1 << 12,
  pathOpen: 1 << 13,
  fdReaddir: 1 << 14,
  pathReadlink: 1 << 15,
  pathRenameSource: 1 << 16,
  pathRenameTarget: 1 << 17,
  pathFilestatGet: 1 << 18,
  pathFilestatSetSize: 1 << 19,
  pathFilestatSetTimes: 1 << 20,
  fdFilestatGet: 1 << 21,
  fdFilestatSetSize: 1 << 22,
  fdFilestatSetTimes: 1 << 23,
  pathSymlink: 1 << 24,
  pathRemoveDirectory: 1 << 25,
  pathUnlinkFile: 1 << 26,
  pollFdReadwrite: 1 << 27,
} as const;

/** Those that mean something for a file or a device. */
export const FILE_RIGHTS =
  RIGHT.fdDatasync |
  RIGHT.fdRead |
  RIGHT.fdSeek |
  RIGHT.fdFdstatSetFlags |
  RIGHT.fdSync |
  RIGHT.fdTell |
  RIGHT.fdWrite |
  RIGHT.fdAdvise |
  RIGHT.fdAllocate |
  RIGHT.fdFilestatGet |
  RIGHT.fdFilestatSetSize |
  RIGHT.fdFilestatSetTimes |
  RIGHT.pollFdReadwrite;

/** Those that mean something for a directory. */
export const DIRECTORY_RIGHTS =
  RIGHT.fdFdstatSetFlags |
  RIGHT.fdSync |
  RIGHT.fdAdvise |
  RIGHT.pathCreateDirectory |
  RIGHT.pathCreateFile |
  RIGHT.pathLinkSource |
  RIGHT.pathLinkTarget |
  RIGHT.pathOpen |
  RIGHT.fdReaddir |
  RIGHT.pathReadlink |
  RIGHT.pathRenameSource |
  RIGHT.pathRenameTarget |
  RIGHT.pathFilestatGet |
  RIGHT.pathFilestatSetSize |
  RIGHT.pathFilestatSetTimes |
  RIGHT.fdFilestatGet |
  RIGHT.fdFilestatSetTimes |
  RIGHT.pathSymlink |
  RIGHT.pathRemoveDirectory |
  RIGHT.pathUnlinkFile |
  RIGHT.pollFdReadwrite;

/** What opening something may grant at most. */
export const ALL_RIGHTS = FILE_RIGHTS | DIRECTORY_RIGHTS;

/** Those of a standard stream that is read. */
export const INPUT_RIGHTS =
  RIGHT.fdRead | RIGHT.fdFdstatSetFlags | RIGHT.fdFilestatGet | RIGHT.pollFdReadwrite;

/** Those of a standard stream that is written. */
export const OUTPUT_RIGHTS =
  RIGHT.fdWrite | RIGHT.fdFdstatSetFlags | RIGHT.fdFilestatGet | RIGHT.pollFdReadwrite;
