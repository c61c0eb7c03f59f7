/** WASI preview 1 error numbers that this host answers, from the standard's witx file (`typenames.witx`, `errno`). */
export const ERRNO = {
  success: 0,
  badf: 8,
  exist: 20,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  isdir: 31,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  perm: 63,
  spipe: 70,
  notcapable: 76,
} as const;

/** One of {@link ERRNO}. */
export type Errno = (typeof ERRNO)[keyof typeof ERRNO];
