import { deployFunction, type DeployOptions } from '@faasm/functions';
import { demoFunctions } from '@faasm/guests';

/** Uploads the demo functions; those that are current already stay as they are. */
export async function deployDemoFunctions(options: DeployOptions): Promise<void> {
  for (const { ref, wasm } of await demoFunctions()) await deployFunction(ref, inOnePiece(wasm), options);
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
