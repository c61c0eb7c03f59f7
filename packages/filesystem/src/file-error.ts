/** Why something could not be done with files: the names of the errors of WASI preview 1. */
export type FileErrorCode =
  | 'badf'
  | 'exist'
  | 'fbig'
  | 'ilseq'
  | 'inval'
  | 'isdir'
  | 'loop'
  | 'mfile'
  | 'nametoolong'
  | 'noent'
  | 'nospc'
  | 'notcapable'
  | 'notdir'
  | 'notempty'
  | 'notsock'
  | 'perm'
  | 'spipe';

/** What is thrown when something cannot be done with files. */
export class FileError extends Error {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode) {
    super(`File error ${code}`);
    this.name = 'FileError';
    this.code = code;
  }
}

/** One for each code, made at its first use: their stacks would tell nothing, and cost more than the call that failed. */
const errors = new Map<FileErrorCode, FileError>();

/** Throws the `FileError` of `code`. */
export function refuse(code: FileErrorCode): never {
  const known = errors.get(code) ?? new FileError(code);
  errors.set(code, known);
  throw known;
}
