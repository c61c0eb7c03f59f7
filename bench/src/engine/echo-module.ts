import { demoFunctions } from '@faasm/guests';
import { formatFunctionRef } from '@faasm/protocol';

/** The module of demo/echo, which is written in C and has a memory of 128 KiB. */
export async function echoModule(): Promise<Uint8Array<ArrayBuffer>> {
  const echo = (await demoFunctions()).find(({ ref }) => formatFunctionRef(ref) === 'demo/echo');
  if (echo === undefined) throw new Error('There is no demo function demo/echo');
  return echo.wasm;
}
