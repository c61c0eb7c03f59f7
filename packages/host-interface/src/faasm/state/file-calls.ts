import type { HostWork } from '@faasm/faaslet';
import { decodePath, FileError, PATH_BYTES_MAX, refuse, type FileInode } from '@faasm/filesystem';
import type { HostFamily } from '../../host-function.ts';
import { first, type StateAccess } from './state-access.ts';

/** Characters of a path that a message shows. */
const SHOWN_MAX = 140;

/** Values that come from files of the call. */
export function fileCalls(state: StateAccess): HostFamily {
  return {
    /** `uint32_t __faasm_write_state_from_file(const char *key, const char *path)`: the value becomes the file's bytes; how many. */
    __faasm_write_state_from_file: (key: number, path: number): HostWork<number> =>
      writeFromFile(state, { key: state.keyAt(key), path: pathAt(state, path) }),
  };
}

function* writeFromFile(state: StateAccess, { key, path }: { key: string; path: string }): HostWork<number> {
  const { content } = fileAt(state, path);
  const { sizeBytes } = content;
  const value = yield* state.open({ key, sizeBytes, range: first(sizeBytes), how: 'overwrite' });
  yield* state.overwrite(value, (part, at) => content.readAt(at, part));
  return sizeBytes;
}

/** The path that stands at a pointer, with a NUL at its end. */
function pathAt(state: StateAccess, pointer: number): string {
  const { memory } = state.guest;
  const length = memory.lengthOfText(pointer, PATH_BYTES_MAX + 1);
  if (length > PATH_BYTES_MAX) state.guest.trap(`A path is longer than ${PATH_BYTES_MAX} bytes`);
  return decodePathOf(state, memory.read(pointer, length));
}

function decodePathOf(state: StateAccess, bytes: Uint8Array): string {
  try {
    return decodePath(bytes);
  } catch (error) {
    return refused(state, Buffer.from(bytes).toString('latin1'), error);
  }
}

/** The file of a path, which begins at the root whether it says so or not. */
function fileAt(state: StateAccess, path: string): FileInode {
  const { tree } = state.guest.files;
  try {
    const node = tree.find(path.replace(/^\/+(?=.)/u, ''), { base: tree.root, follow: true });
    return node.kind === 'file' ? node : refuse(node.kind === 'directory' ? 'isdir' : 'inval');
  } catch (error) {
    return refused(state, path, error);
  }
}

function refused(state: StateAccess, path: string, error: unknown): never {
  if (!(error instanceof FileError)) throw error;
  const shown = JSON.stringify(path.length > SHOWN_MAX ? `${path.slice(0, SHOWN_MAX)}…` : path);
  return state.guest.trap(`No state value can be made of file ${shown}: ${error.code}`);
}
