import { FaasmError } from '@faasm/protocol';
import { MalformedModuleError } from '../binary-reader.ts';
import { prepareModule } from './prepare-module.ts';
import { PREPARER_VERSION } from './prepared-facts.ts';

/** Name of the object file with the prepared module. A newer preparer's has another, so that nothing older is run. */
export const PREPARED_OBJECT: string = `prepared-${PREPARER_VERSION}`;

/**
 * The object files of a module that `validateModule` accepted, by name. Throws `module.unsupported` for one that this
 * host does not run, and also when V8 does not accept what preparation made of it: then nothing of it must be kept.
 */
export function objectFiles(bytes: Uint8Array): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const prepared = preparedModule(bytes);
  if (!WebAssembly.validate(prepared)) throw new FaasmError('module.unsupported', 'It cannot be prepared');
  return new Map([[PREPARED_OBJECT, prepared]]);
}

/** As `prepareModule`, but throws `module.unsupported`. */
export function preparedModule(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    return prepareModule(bytes);
  } catch (cause) {
    if (cause instanceof MalformedModuleError)
      throw new FaasmError('module.unsupported', cause.message, { cause });
    throw cause;
  }
}
