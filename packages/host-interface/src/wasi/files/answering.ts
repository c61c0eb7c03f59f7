import { FileError } from '@faasm/filesystem';
import type { HostWork } from '@faasm/faaslet';
import type { HostFamily, HostFunction } from '../../host-function.ts';
import { ERRNO, type Errno } from '../errno.ts';

/** What a call on files returns; nothing when it did what it was asked. */
type FileAnswer = Errno | HostWork<Errno> | undefined;

/** What a family of them is written as: each throws a `FileError` for what it refuses. */
export type FileCalls = Readonly<Record<string, (...values: never[]) => FileAnswer>>;

/** The errno of what was thrown; throws it again when it is no `FileError`. */
export function errnoOf(error: unknown): Errno {
  if (error instanceof FileError) return ERRNO[error.code];
  throw error;
}

/** Calls that answer by an errno. */
export function answering(calls: FileCalls): HostFamily {
  const entries = Object.entries(calls).map(([name, call]) => [name, answeringOne(call)]);
  return Object.fromEntries(entries) as HostFamily;
}

function answeringOne(call: (...values: never[]) => FileAnswer): HostFunction {
  return (...values) => {
    try {
      return call(...values) ?? ERRNO.success;
    } catch (error) {
      return errnoOf(error);
    }
  };
}
