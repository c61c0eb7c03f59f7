import type { FunctionStore } from '@faasm/functions';
import { functionRef, type FunctionRef } from '@faasm/protocol';

/** `(module (func (export "_start")))`: the least that a Faaslet can do. */
// prettier-ignore
const PROBE_MODULE = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00,
  0x07, 0x0a, 0x01, 0x06, 0x5f, 0x73, 0x74, 0x61, 0x72, 0x74, 0x00, 0x00, 0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b,
);

/** A function that each host has, to see that it can run one. No upload gets its digest: it is no SHA-256. */
export const PROBE: { readonly ref: FunctionRef; readonly digest: string } = {
  ref: functionRef('faasm', 'probe'),
  digest: 'probe',
};

/** How long a probe may take, in milliseconds. */
export const PROBE_TIMEOUT_MS = 10_000;

type VersionStore = Pick<FunctionStore, 'read' | 'readObject' | 'readFiles'>;

/** A store that has the probe too. */
export function withProbe(store: VersionStore): VersionStore {
  return {
    read: async (ref, digest) => (digest === PROBE.digest ? PROBE_MODULE : await store.read(ref, digest)),
    readFiles: async (ref, digest) => await store.readFiles(ref, digest),
    readObject: async (ref, object) =>
      object.digest === PROBE.digest ? undefined : await store.readObject(ref, object),
  };
}
