import { assemble } from '@faasm/faaslet/testing';
import { corpusModule } from '@faasm/guests';
import { withNewerExceptions } from '@faasm/guests/newer-exceptions';
import { DEADLINE, HOSTILE_GUESTS, type HostileGuest } from './hostile-guests.ts';
import { HOSTILE_SLEEPERS } from './hostile-sleepers.ts';

/** A guest that means harm, as it is uploaded. */
export interface HostileFunction extends Pick<HostileGuest, 'name' | 'ends'> {
  readonly wasm: Uint8Array<ArrayBuffer>;
}

/** All of them: those that tests put together, and those that compilers make. */
export async function hostileCorpus(): Promise<HostileFunction[]> {
  const assembled = [...HOSTILE_GUESTS, ...HOSTILE_SLEEPERS].map(({ name, ends, module }) => ({
    name,
    ends,
    wasm: assemble(module),
  }));
  const stubborn = await corpusModule('stubborn');
  return [
    ...assembled,
    { name: 'stubborn', ends: DEADLINE, wasm: stubborn },
    { name: 'stubborn-anew', ends: DEADLINE, wasm: withNewerExceptions(stubborn) },
  ];
}
