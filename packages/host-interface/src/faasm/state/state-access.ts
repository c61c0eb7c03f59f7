import type { Guest, HostWork } from '@faasm/faaslet';
import { isFaasmError } from '@faasm/protocol';
import {
  KEY_BYTES_MAX,
  type ByteRange,
  type Regions,
  type StateQuestionName,
  type StateQuestions,
  type Use,
} from '@faasm/state';
import { SLICE_BYTES } from '../../argument-bounds.ts';
import type { CurrentGuest } from '../../host-function.ts';
import { inSlices } from '../../in-slices.ts';
import { OpenValue } from './open-value.ts';

/** What the state calls of a thread work with. */
export interface StateMeans {
  /** Asks the host process for the guest that runs now, which is suspended meanwhile. Throws errors of the catalogue. */
  ask<Name extends StateQuestionName>(
    name: Name,
    ask: StateQuestions[Name]['ask'],
  ): HostWork<StateQuestions[Name]['answer']>;
  /** The values that the call of the guest that runs now uses, by key. */
  openValues(): Map<string, OpenValue>;
  readonly regions: Pick<Regions, 'readRegion' | 'writeRegion'>;
}

/** Which part of which value is meant, of a size that the guest says, if it does. */
export interface ValuePart extends Use {
  readonly key: string;
  readonly sizeBytes: number | undefined;
}

/** Some bytes of a guest's memory. */
interface GuestBytes {
  readonly pointer: number;
  readonly length: number;
}

/** State values as the host functions of a thread reach them. */
export class StateAccess {
  readonly #current: CurrentGuest;
  readonly #means: StateMeans;

  constructor(current: CurrentGuest, means: StateMeans) {
    this.#current = current;
    this.#means = means;
  }

  get guest(): Guest {
    return this.#current();
  }

  /** Asks the host process. Ends the guest when it refuses. */
  *ask<Name extends StateQuestionName>(
    name: Name,
    ask: StateQuestions[Name]['ask'],
  ): HostWork<StateQuestions[Name]['answer']> {
    try {
      return yield* this.#means.ask(name, ask);
    } catch (error) {
      return this.#refuse(error);
    }
  }

  /** The key that stands at a pointer, with a NUL at its end. */
  keyAt(pointer: number): string {
    const { memory } = this.guest;
    const length = memory.lengthOfText(pointer, KEY_BYTES_MAX + 1);
    if (length > KEY_BYTES_MAX) this.guest.trap(`A state key is longer than ${KEY_BYTES_MAX} bytes`);
    return memory.readText(pointer, length);
  }

  /** The value that the call uses already; undefined when it does not. */
  known(key: string): OpenValue | undefined {
    return this.#means.openValues().get(key);
  }

  /** What is known of a value is not true any more. */
  forget(key: string): void {
    this.#means.openValues().delete(key);
  }

  /** A value with a part of it made ready. Undefined when there is none, and no size was said. */
  *find(part: ValuePart): HostWork<OpenValue | undefined> {
    const known = this.known(part.key);
    const isSized = part.sizeBytes === undefined || part.sizeBytes === known?.sizeBytes;
    if (known !== undefined && isSized && known.isReady(part)) return known;
    const { key, sizeBytes, range, how } = part;
    const shared = yield* this.ask('use', { key, sizeBytes, use: { range, how } });
    if (shared === undefined) return undefined;
    const value = known?.region.fd === shared.region.fd ? known : new OpenValue(shared);
    value.noteReady(part);
    this.#means.openValues().set(key, value);
    return value;
  }

  /** As `find`, of a value that is made if there is none, and a part that is inside it; else the guest is ended. */
  *open(part: ValuePart & { readonly sizeBytes: number }): HostWork<OpenValue> {
    const value = yield* this.find(part);
    if (value === undefined) return this.guest.trap(`There is no state value ${part.key}`);
    const { start, end } = part.range;
    if (end > value.sizeBytes || start > end)
      this.guest.trap(
        `Bytes ${start} to ${end} are not inside state value ${part.key} of ${value.sizeBytes} bytes`,
      );
    return value;
  }

  /** Copies bytes of a value, from `offset` on, to the guest. */
  *copyOut(value: OpenValue, offset: number, to: GuestBytes): HostWork<undefined> {
    yield* this.#inSlices(to, (view, at) => {
      this.#means.regions.readRegion({ region: value.region, offset: offset + at }, view);
    });
    return undefined;
  }

  /** Copies the guest's bytes into a value, from `offset` on, and marks them as changed. */
  *copyIn(value: OpenValue, offset: number, from: GuestBytes): HostWork<undefined> {
    yield* this.#inSlices(from, (view, at) => {
      const start = offset + at;
      const range = { start, end: start + view.byteLength };
      // Before, so that no pull overwrites them; after, so that a push in between sends them again.
      value.maps.flag(range);
      this.#means.regions.writeRegion({ region: value.region, offset: start }, view);
      value.maps.flag(range);
    });
    return undefined;
  }

  /** Overwrites all of a value with what `read` fills each part with, and marks it as changed. */
  *overwrite(value: OpenValue, read: (part: Uint8Array, at: number) => void): HostWork<undefined> {
    const { maps, region, sizeBytes } = value;
    const buffer = new Uint8Array(Math.min(SLICE_BYTES, sizeBytes));
    // Twice, as in `copyIn`.
    maps.flag(first(sizeBytes));
    for (let offset = 0; offset < sizeBytes; offset += SLICE_BYTES) {
      const part = buffer.subarray(0, sizeBytes - offset);
      read(part, offset);
      this.#means.regions.writeRegion({ region, offset }, part);
      yield undefined;
    }
    maps.flag(first(sizeBytes));
    return undefined;
  }

  /** Where a part of a value is in the guest's memory. */
  pointerTo(value: OpenValue, range: ByteRange): number {
    return value.pointerTo(range, ({ start, end }) =>
      this.guest.mapShared({ region: value.region, offset: start, sizeBytes: end - start }),
    );
  }

  *#inSlices(all: GuestBytes, move: (view: Uint8Array, at: number) => void): HostWork<undefined> {
    const { memory } = this.guest;
    const work = inSlices([all], {
      move: ({ pointer, length }) => {
        memory.fill(pointer, length, (view) => {
          move(view, pointer - all.pointer);
        });
      },
      done: () => undefined,
    });
    if (work !== undefined) yield* work;
    return undefined;
  }

  /** What the guest did wrong is a trap, anything else an error of its own. */
  #refuse(error: unknown): never {
    if (!isFaasmError(error)) throw error;
    if (error.entry.fault === 'caller' && error.code !== 'state.locked') this.guest.trap(error.message);
    return this.guest.fail(error.code, error.message);
  }
}

/** The whole of a value of a size, or of the first so many bytes of one. */
export function first(sizeBytes: number): ByteRange {
  return { start: 0, end: sizeBytes };
}
