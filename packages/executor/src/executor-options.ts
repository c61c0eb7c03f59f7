import type { GuestLimits, MemoryMapper } from '@faasm/faaslet';
import type { CurrentVersions, FunctionStore } from '@faasm/functions';
import type { ArgumentBounds } from '@faasm/host-interface';
import type { FunctionRef } from '@faasm/protocol';
import type { StateHost } from '@faasm/state';
import type { Clock } from '@faasm/stdx';
import type { ProtoCacheOptions } from './proto-cache.ts';
import type { SnapshotKeeping } from './snapshot-archive.ts';

/** What an executor works with. */
export interface ExecutorOptions {
  readonly store: Pick<FunctionStore, 'read' | 'readObject' | 'readFiles'>;
  readonly versions: Pick<CurrentVersions, 'resolve'>;
  readonly clock: Clock;
  /** Name of this host in results. */
  readonly host: string;
  /** How many threads run guests. */
  readonly threads: number;
  /** How many calls a thread has at once, in turns or waiting. */
  readonly callsPerThread: number;
  /** Iterations of a loop between two checks, at most. */
  readonly checkInterval: number;
  /** Functions that run without checks: what they do not give back by themselves costs the thread. */
  readonly isTrusted: (ref: FunctionRef) => boolean;
  /** How long a module's functions may be optimised before they are called, in milliseconds; 0 for not at all. */
  readonly tierUpMs: number;
  /** How long a guest runs while others wait, in milliseconds. */
  readonly sliceMs: number;
  /** A user's share of a thread, beside those of others. */
  readonly weightOf: (user: string) => number;
  /** Module that calls `serveExecutorThread`. */
  readonly threadMain: URL;
  readonly mapper: MemoryMapper;
  /** Where snapshots outlive the process; undefined when nowhere. */
  readonly snapshots: SnapshotKeeping | undefined;
  /** What every guest is held to, unless its function is to less. */
  readonly limits: GuestLimits;
  /** What every guest may ask for in one host call. */
  readonly argumentBounds: ArgumentBounds;
  /** What guests are started with, of what was chosen for their function; as functions are when undefined. */
  readonly launchOf?: ProtoCacheOptions['launchOf'];
  /** The state values of this host; undefined where there is no state. */
  readonly state?: StateHost | undefined;
  /** Stack of a guest, in KiB; of all executors of a process, the one made last decides. */
  readonly guestStackKib: number;
  /** Address space above a linear memory for mapped state, in bytes. */
  readonly windowBytes: number;
  /** Whether standard output is the output of a call that wrote none. */
  readonly captureStdout: boolean;
  /** Bytes of Wasm whose compiled form is kept. */
  readonly cachedModuleBytesMax: number;
  /** Bytes of functions' files that are kept in memory; beyond it those used longest ago go. */
  readonly keptFilesBytesMax: number;
  /** Most Faaslets of the process. */
  readonly faasletsMax: number;
  /** Most regions that are mapped in its Faaslets at once. */
  readonly regionsMax: number;
  /** Most Faaslets of one version of a function. */
  readonly functionFaasletsMax: number;
  /** After which an unused Faaslet is given up, in milliseconds. */
  readonly faasletIdleMs: number;
}
