import { NO_SETTINGS, storedSettings, type FunctionSettings } from '@faasm/functions';
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

/** The pointer with `digest` current. */
export function movePointer(pointer: Pointer | undefined, digest: string): Pointer {
  const others = (pointer?.history ?? []).filter((old) => old !== digest);
  return { current: digest, history: [...others, digest], settings: pointer?.settings ?? NO_SETTINGS };
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
  return whole && settings !== undefined ? { current, history, settings } : undefined;
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
