import {
  NO_SETTINGS,
  storedSettings,
  type CurrentVersion,
  type FunctionSettings,
  type VersionParts,
} from '@faasm/functions';
import { FaasmError } from '@faasm/protocol';
import { readFile } from 'node:fs/promises';

/** Content of a function's `current` file. */
export interface Pointer {
  /** Digest of the current version. */
  readonly current: string;
  /** Digests in the order in which they were made current, the oldest first, each once. */
  readonly history: readonly string[];
  /** Here, so that one read tells all that a call needs. */
  readonly settings: FunctionSettings;
  /** Of the current version; absent where the module is all of it. */
  readonly parts?: VersionParts;
}

const DIGEST_PATTERN = /^[0-9a-f]{64}$/;

/** Whether `value` is a SHA-256 in hexadecimal, and so safe as a file's name. */
export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && DIGEST_PATTERN.test(value);
}

/** Reads a pointer; undefined when there is none. Throws `store.unavailable` for one that makes no sense. */
export async function readPointer(path: string): Promise<Pointer | undefined> {
  const content = await readIfThere(path);
  if (content === undefined) return undefined;
  const pointer = parsePointer(content);
  if (pointer === undefined)
    throw new FaasmError(
      'store.unavailable',
      `File ${path} is damaged: it names no version, or bad settings`,
    );
  return pointer;
}

/** The pointer to another version. */
export function movePointer(
  pointer: Pointer | undefined,
  { digest, parts }: Pick<CurrentVersion, 'digest' | 'parts'>,
): Pointer {
  const others = (pointer?.history ?? []).filter((old) => old !== digest);
  const settings = pointer?.settings ?? NO_SETTINGS;
  const moved = { current: digest, history: [...others, digest], settings };
  return parts === undefined ? moved : { ...moved, parts };
}

function parsePointer(content: string): Pointer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('current' in value) || !('history' in value))
    return undefined;
  const { current, history } = value;
  const settings = 'settings' in value ? storedSettings(value.settings) : NO_SETTINGS;
  const whole =
    isDigest(current) && Array.isArray(history) && history.every(isDigest) && history.includes(current);
  if (!whole || settings === undefined) return undefined;
  if (!('parts' in value)) return { current, history, settings };
  return isParts(value.parts) ? { current, history, settings, parts: value.parts } : undefined;
}

/** Whether `value` says what a version consists of. */
function isParts(value: unknown): value is VersionParts {
  if (!isRecord(value) || !isDigest(value['module']) || !isRecord(value['files'])) return false;
  const { digest, entries, sizeBytes } = value['files'];
  return isDigest(digest) && Number.isSafeInteger(entries) && Number.isSafeInteger(sizeBytes);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new FaasmError('store.unavailable', `File ${path} cannot be read: ${String(error)}`, {
      cause: error,
    });
  }
}
