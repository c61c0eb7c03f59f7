import { packBundle, type TreeBuilder } from '@faasm/filesystem';
import { createHash } from 'node:crypto';

/** What is known of the files of a version. */
export interface FilesFacts {
  /** SHA-256 of the bundle, 64 hexadecimal digits. */
  readonly digest: string;
  /** Files, directories and links. */
  readonly entries: number;
  /** Contents of all files together, in bytes. */
  readonly sizeBytes: number;
}

/** What a version consists of that has files; of others the module is all, and both have the same digest. */
export interface VersionParts {
  /** SHA-256 of the module's bytes. */
  readonly module: string;
  readonly files: FilesFacts;
}

/** The files of a version in one piece, and what is known of them. */
export interface PackedFiles {
  readonly facts: FilesFacts;
  readonly bundle: Uint8Array;
}

/** Packs a tree; undefined for one without entries, which is no files. */
export function packFiles({ root, entries, sizeBytes }: TreeBuilder): PackedFiles | undefined {
  if (entries === 0) return undefined;
  const bundle = packBundle(root);
  return { facts: { digest: sha256(bundle), entries, sizeBytes }, bundle };
}

/** The digest that names a version: the module's, or one of module and files. */
export function versionDigest(module: string, files: FilesFacts | undefined): string {
  return files === undefined ? module : sha256(`${module} ${files.digest}`);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
