import { RIGHT, type FileTree, type PathFrom } from '@faasm/filesystem';
import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import { answering } from './answering.ts';
import { pathFrom } from './opened.ts';
import { pathOpen } from './path-open.ts';

/** What is done with paths. Each begins in the directory of a descriptor, and does not lead out of it. */
export function pathCalls(current: CurrentGuest): HostFamily {
  const onOnePath =
    (right: number, act: (tree: FileTree, from: PathFrom) => void) =>
    (fd: number, pointer: number, length: number): undefined => {
      const guest = current();
      act(guest.files.tree, pathFrom(guest, { fd, pointer, length, right }));
    };
  return answering({
    path_open: pathOpen(current),

    /** `errno path_create_directory(fd, const char *path, size path_len)` */
    path_create_directory: onOnePath(RIGHT.pathCreateDirectory, (tree, from) => {
      tree.createDirectory(from);
    }),

    /** `errno path_remove_directory(fd, const char *path, size path_len)` */
    path_remove_directory: onOnePath(RIGHT.pathRemoveDirectory, (tree, from) => {
      tree.removeDirectory(from);
    }),

    /** `errno path_unlink_file(fd, const char *path, size path_len)` */
    path_unlink_file: onOnePath(RIGHT.pathUnlinkFile, (tree, from) => {
      tree.unlink(from);
    }),

    /** `errno path_rename(fd old, const char *old_path, size, fd new, const char *new_path, size)` */
    path_rename: (
      oldFd: number,
      oldPointer: number,
      oldLength: number,
      newFd: number,
      pointer: number,
      length: number,
    ) => {
      const guest = current();
      const source = { fd: oldFd, pointer: oldPointer, length: oldLength, right: RIGHT.pathRenameSource };
      const to = { fd: newFd, pointer, length, right: RIGHT.pathRenameTarget };
      guest.files.tree.rename(pathFrom(guest, source), pathFrom(guest, to));
      return undefined;
    },
  });
}
