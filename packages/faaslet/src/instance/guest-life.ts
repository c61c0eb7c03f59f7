import type { CallOutcome } from '@faasm/protocol';
import type { Guest } from '../guest.ts';
import { ENTRY_EXPORTS, INITIALIZER_EXPORTS, PREPARED_EXPORT, ZYGOTE_EXPORT } from '../module/names.ts';
import type { PreparedInstance } from './prepared-instance.ts';

/**
 * Runs what comes before the first entry: data segments, start function, one initialiser, zygote. A reactor's
 * `_initialize` calls the constructors itself, so that bare constructors are only called where it is missing.
 * Throws the guest's trap, or what ends the guest.
 */
export async function initializeGuest(instance: PreparedInstance, guest: Guest): Promise<void> {
  const initializer = INITIALIZER_EXPORTS.find((name) => instance.function(name) !== undefined);
  for (const name of [PREPARED_EXPORT.initData, PREPARED_EXPORT.start, initializer]) {
    if (name !== undefined && instance.function(name) !== undefined) await instance.enter(name);
  }
  if (instance.function(ZYGOTE_EXPORT) === undefined) return;
  const code = await instance.enter(ZYGOTE_EXPORT);
  if (typeof code === 'number' && code !== 0) guest.trap(`${ZYGOTE_EXPORT} returned ${code}`);
}

/** Calls the entry. Resolves with what it returns; rejects with the guest's trap, or what ends the guest. */
export function enterGuest(instance: PreparedInstance): Promise<unknown> {
  for (const name of ENTRY_EXPORTS) {
    if (instance.function(name) !== undefined) return instance.enter(name, 0, 0);
  }
  throw new WebAssembly.LinkError(`The module exports no function ${ENTRY_EXPORTS.join(' or ')}`);
}

/** How a call ended whose entry returned this: an exit code if the entry is `main`. */
export function exitOutcome(instance: PreparedInstance, returned: unknown): CallOutcome {
  const isMain = instance.function(ENTRY_EXPORTS[0]) === undefined;
  return isMain && typeof returned === 'number' && returned !== 0
    ? { type: 'exit', exitCode: returned }
    : { type: 'success' };
}

/** A trap, a stack overflow, or an exception that the guest did not catch. */
export function trapOutcome(error: unknown): CallOutcome {
  const message = error instanceof Error ? error.message : 'Uncaught exception';
  return { type: 'error', code: 'guest.trap', message: message === '' ? 'Trap' : message };
}
