import { Guest, LinearMemory, type GuestOptions, type GuestOutcome } from '@faasm/faaslet';
import { finishNow } from '@faasm/faaslet/testing';
import assert from 'node:assert/strict';
import { hostInterface, linkImports } from './host-interface.ts';

/**
 * Runs a guest as V8 runs it by itself, in the original module with its own memory, on the same host functions. What it
 * left, and its memory.
 */
export function runUnprepared(
  bytes: Uint8Array<ArrayBuffer>,
  options: GuestOptions,
): { left: GuestOutcome; memory: Uint8Array } {
  const guest = new Guest(options);
  const current = (): Guest => guest;
  const module = new WebAssembly.Module(bytes);
  const imports = finishNow(linkImports(module, hostInterface(current), current));
  const { exports } = new WebAssembly.Instance(module, imports);
  const { memory } = exports;
  assert.ok(memory instanceof WebAssembly.Memory);
  guest.memory = new LinearMemory(
    {
      get bytes() {
        return new Uint8Array(memory.buffer);
      },
      get view() {
        return new DataView(memory.buffer);
      },
      get sizeBytes() {
        return memory.buffer.byteLength;
      },
      window: { start: 0, end: 0 },
    },
    (message) => guest.trap(`Bad pointer: ${message}`),
  );
  const left = (outcome: GuestOutcome): { left: GuestOutcome; memory: Uint8Array } => ({
    left: outcome,
    memory: new Uint8Array(memory.buffer),
  });
  try {
    const initializer = '_initialize' in exports ? '_initialize' : '__wasm_call_ctors';
    for (const name of [initializer, '_faasm_zygote', '_start']) {
      const exported = exports[name];
      if (typeof exported === 'function') exported();
    }
    return left(guest.finish(guest.ended ?? { type: 'success' }));
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return left(guest.finish(guest.ended ?? { type: 'error', code: 'guest.trap', message }));
  }
}
