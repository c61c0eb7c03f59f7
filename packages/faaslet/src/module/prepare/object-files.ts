import { FaasmError } from '@faasm/protocol';
import { MalformedModuleError } from '../binary-reader.ts';
import { prepareModule, type PrepareOptions } from './prepare-module.ts';
import { PREPARER_VERSION } from './prepared-facts.ts';

/** Name of the object file with a prepared module. A newer preparer's has another, so that nothing older is run. */
export function preparedObject({ checkInterval }: PrepareOptions): string {
  return `prepared-${PREPARER_VERSION}-${checkInterval}`;
}

/**
 * The object files of a module that `validateModule` accepted, by name. Throws `module.unsupported` for one that this
 * host does not run, and also when V8 does not accept what preparation made of it: then nothing of it must be kept.
 */
export function objectFiles(
  bytes: Uint8Array,
  options: PrepareOptions,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const prepared = preparedModule(bytes, options);
  if (!WebAssembly.validate(prepared)) throw new FaasmError('module.unsupported', 'It cannot be prepared');
  return new Map([[preparedObject(options), prepared]]);
}

/** As `prepareModule`, but throws `module.unsupported`. */
function preparedModule(bytes: Uint8Array, options: PrepareOptions): Uint8Array<ArrayBuffer> {
  try {
    return prepareModule(bytes, options);
  } catch (cause) {
    if (cause instanceof MalformedModuleError)
      throw new FaasmError('module.unsupported', cause.message, { cause });
    throw cause;
  }
}
