import { LIMITS } from '@faasm/protocol';
import type { ServiceName, Setting } from './setting.ts';
import { STATE_SETTINGS } from './state-settings.ts';

const ALL = ['start', 'edge', 'worker', 'upload'] as const;
const ON_OFF = { kind: 'choice', choices: ['on', 'off'] } as const;
const PORT = { kind: 'integer', unit: 'port', min: 0, max: 65_535 } as const;

/** Most threads of one worker: each costs some megabytes, and more than cores gain nothing. */
const THREADS_MAX = 256;

/** Most calls of a thread at once; it can have a few more requests. */
const CALLS_PER_THREAD_MAX = 512;

/** Smallest stack of a guest, in KiB: a recursion of several hundred functions. */
const GUEST_STACK_KIB_MIN = 64;

/** What C libraries ask for at once, in bytes: `getentropy` is to give as much. */
const RANDOM_BYTES_MIN = 256;

/** Linear memory comes in pages of this size. */
const WASM_PAGE_BYTES = 65_536;

/**
 * Every setting of every process, by the name of its environment variable. The reference page, the ConfigMap and the
 * check for misspelt names come from this table. A port of 0 takes a free one.
 */
export const SETTINGS = {
  LOG_LEVEL: {
    kind: 'choice',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    services: ALL,
    description: 'The least important messages that are logged. Calls that succeed are logged at debug.',
  },
  BIND_ADDRESS: {
    kind: 'text',
    default: '127.0.0.1',
    services: ALL,
    description:
      'Address to listen on. There is no authentication yet, so by default only this machine is served.',
  },
  EDGE_PORT: {
    ...PORT,
    default: 8080,
    services: ['start', 'edge'],
    description: 'Port on which calls come in.',
  },
  UPLOAD_PORT: {
    ...PORT,
    default: 8002,
    services: ['start', 'upload'],
    description: 'Port on which functions are uploaded.',
  },
  WORKER_PORT: {
    ...PORT,
    default: 8081,
    services: ['worker'],
    description: "Port of a worker's health and metrics.",
  },
  REDIS_QUEUE_HOST: {
    kind: 'text',
    default: 'localhost',
    services: ['edge', 'worker'],
    description: 'Host of the Redis server that holds the queue of calls and their results.',
  },
  REDIS_STATE_HOST: {
    kind: 'text',
    default: 'localhost',
    services: ['worker'],
    description: 'Host of the Redis server that holds the state of the cluster: which workers there are.',
  },
  REDIS_PORT: {
    ...PORT,
    min: 1,
    default: 6379,
    services: ['edge', 'worker'],
    description: 'Port of both Redis servers.',
  },
  FUNCTION_STORAGE: {
    kind: 'choice',
    choices: ['directory'],
    default: 'directory',
    services: ALL,
    description: 'Where functions are stored: a directory, which all processes of a cluster share.',
  },
  FUNC_ROOT: {
    kind: 'text',
    default: 'data',
    services: ALL,
    description:
      'The data directory: functions and their versions. One process writes it, the upload service.',
  },
  FUNCTION_REFRESH: {
    kind: 'integer',
    unit: 'ms',
    default: 250,
    min: 0,
    max: 1_000,
    services: ['start', 'edge', 'worker'],
    description:
      'How long the current version and the settings of a function are remembered before the storage is asked again.',
  },
  DEMO_FUNCTIONS: {
    ...ON_OFF,
    default: 'on',
    services: ['start'],
    description: 'Whether the standalone server uploads the demo functions when it starts.',
  },
  THREADS_PER_WORKER: {
    kind: 'integer',
    unit: 'threads',
    default: 0,
    min: 0,
    max: THREADS_MAX,
    services: ['start', 'worker'],
    description: 'Threads that run functions. 0 means one for each core.',
  },
  CALLS_PER_THREAD: {
    kind: 'integer',
    unit: 'calls',
    default: 32,
    min: 1,
    max: CALLS_PER_THREAD_MAX,
    services: ['start', 'worker'],
    description:
      'Calls that a thread takes from the queue at once: they run in turns, each in a Faaslet of its own. Calls that only wait do not count, up to FUNCTION_FAASLETS_MAX of a process. While all are taken there is room for a quarter more, of users who have few.',
  },
  TIME_SLICE: {
    kind: 'integer',
    unit: 'ms',
    default: 4,
    min: 1,
    max: 1_000,
    services: ['start', 'worker'],
    description:
      'How long a call runs before it makes room for those of other users that wait for its thread, and after 25 times as long for those of its own user too. One that comes new has its turn earlier.',
  },
  CHECK_INTERVAL: {
    kind: 'integer',
    unit: 'iterations',
    default: 1_024,
    min: 2,
    max: 65_536,
    services: ['start', 'worker', 'upload'],
    description:
      'Iterations of a loop between two checks whether its call must pause or end, at most. The same for all processes: a worker prepares modules again that were uploaded with another one.',
  },
  TRUSTED_FUNCTIONS: {
    kind: 'text',
    default: 'none',
    services: ['start', 'worker'],
    description:
      'Functions that run without checks, at full speed even where they call a lot: `user/function` or `user/*`, with commas. One that does not end by itself is ended together with its thread.',
  },
  TIER_UP_TIME: {
    kind: 'integer',
    unit: 'ms',
    default: 5_000,
    min: 0,
    max: 600_000,
    services: ['start', 'worker'],
    description:
      'How long the loops of a new module may be compiled for full speed, in the background, before they are called; 0 turns it off.',
  },
  CAPTURE_STDOUT: {
    ...ON_OFF,
    default: 'on',
    services: ['start', 'worker'],
    description: 'Whether standard output becomes the output of a call that wrote none.',
  },
  GLOBAL_MESSAGE_TIMEOUT: {
    kind: 'integer',
    unit: 'ms',
    default: LIMITS.deadlineMs.default,
    min: 1,
    max: LIMITS.deadlineMs.max,
    services: ['start', 'edge'],
    description: 'Time from the acceptance of a call to its deadline, when the caller names none.',
  },
  CALL_TIMEOUT_MAX: {
    kind: 'integer',
    unit: 'ms',
    default: LIMITS.deadlineMs.max,
    min: 1,
    max: LIMITS.deadlineMs.max,
    services: ['start', 'edge', 'upload'],
    description:
      'The longest time that a caller may ask for with X-Faasm-Timeout, and a function may set; at least GLOBAL_MESSAGE_TIMEOUT.',
  },
  INPUT_LIMIT_BYTES: bytes('inputBytes', ['start', 'edge', 'upload'], 'Largest input of a call.'),
  OUTPUT_LIMIT_BYTES: bytes('outputBytes', ['start', 'worker', 'upload'], 'Largest output of a call.'),
  MEMORY_LIMIT_BYTES: {
    ...bytes('memoryBytes', ['start', 'worker', 'upload'], 'Largest linear memory of a Faaslet.'),
    min: WASM_PAGE_BYTES,
  },
  GUEST_STACK_SIZE: {
    kind: 'integer',
    unit: 'KiB',
    default: LIMITS.guestStackKib.default,
    min: GUEST_STACK_KIB_MIN,
    max: LIMITS.guestStackKib.max,
    services: ['start', 'worker'],
    description:
      'What the calls inside of a function nest on; beyond it the function traps. The default is enough for a recursion of 3,000 functions with 28 values each. Many calls at once on a thread are cheaper with less.',
  },
  SNAPSHOT_ROOT: {
    kind: 'text',
    default: 'auto',
    services: ['start', 'worker'],
    description:
      'Directory in which snapshots of initialised functions and the key that authenticates them are kept. `auto` is `snapshots` in `FUNC_ROOT`, where this process may write there; `none` keeps snapshots in memory only.',
  },
  FAASLETS_MAX: {
    kind: 'integer',
    unit: 'faaslets',
    default: LIMITS.faaslets.default,
    min: 1,
    max: LIMITS.faaslets.max,
    services: ['start', 'worker'],
    description:
      'Faaslets that a process may have, idle ones included. Beyond it idle ones are given up, then calls are refused. Where `vm.max_map_count` is low there are fewer.',
  },
  FUNCTION_FAASLETS_MAX: {
    kind: 'integer',
    unit: 'faaslets',
    default: LIMITS.functionFaaslets.default,
    min: 1,
    max: LIMITS.functionFaaslets.max,
    services: ['start', 'worker'],
    description:
      'Faaslets that one version of a function may have in a process; more calls at once are refused.',
  },
  FAASLET_IDLE_TIME: {
    kind: 'integer',
    unit: 'ms',
    default: LIMITS.faasletIdleMs.default,
    min: 1,
    max: LIMITS.faasletIdleMs.max,
    services: ['start', 'worker'],
    description: 'How long a Faaslet waits for another call before it is given up.',
  },
  LOG_LIMIT_BYTES: bytes(
    'logBytes',
    ['start', 'worker', 'upload'],
    'Kept of standard output and of standard error, each: the last bytes.',
  ),
  IOVEC_LIMIT_BUFFERS: {
    kind: 'integer',
    unit: 'buffers',
    default: LIMITS.callBuffers.default,
    min: 1,
    max: LIMITS.callBuffers.max,
    services: ['start', 'worker'],
    description: 'Buffers that a function may pass to one `fd_read` or `fd_write`.',
  },
  RANDOM_LIMIT_BYTES: {
    ...bytes('randomBytes', ['start', 'worker'], 'Bytes that a function may ask one `random_get` for.'),
    min: RANDOM_BYTES_MIN,
  },
  POLL_LIMIT_SUBSCRIPTIONS: {
    kind: 'integer',
    unit: 'subscriptions',
    default: LIMITS.pollSubscriptions.default,
    min: 1,
    max: LIMITS.pollSubscriptions.max,
    services: ['start', 'worker'],
    description: 'What a function may wait for in one `poll_oneoff`.',
  },
  WRITES_LIMIT_BYTES: bytes(
    'writtenBytes',
    ['start', 'worker', 'upload'],
    'Held by one call in the files that it writes, in memory; also the largest of them.',
  ),
  WRITES_LIMIT_ENTRIES: {
    ...bytes('writtenEntries', ['start', 'worker', 'upload'], 'Names that one call adds to directories.'),
    unit: 'entries',
  },
  DESCRIPTORS_MAX: {
    ...bytes(
      'descriptors',
      ['start', 'worker', 'upload'],
      'Descriptors that one call has open at once, with the 5 that it finds open.',
    ),
    unit: 'descriptors',
    min: 5,
  },
  MODULE_LIMIT_BYTES: bytes('moduleBytes', ['start', 'upload'], 'Largest module.'),
  FILES_LIMIT_BYTES: bytes(
    'filesBytes',
    ['start', 'upload'],
    'Files of a version: contents of all together.',
  ),
  FILES_LIMIT_ENTRIES: {
    ...bytes(
      'filesEntries',
      ['start', 'upload'],
      'Files of a version: how many files, directories and links.',
    ),
    unit: 'entries',
  },
  ...STATE_SETTINGS,
  QUEUE_LIMIT_CALLS: {
    kind: 'integer',
    unit: 'calls',
    default: LIMITS.queuedCalls.default,
    min: 1,
    max: LIMITS.queuedCalls.max,
    services: ['start', 'edge'],
    description:
      'Calls that wait for a worker; more are refused with 503. A user may have as many waiting as there is room left, times its weight: alone half of them, beside another flood a third.',
  },
  QUEUE_LIMIT_BYTES: {
    kind: 'integer',
    unit: 'bytes',
    default: LIMITS.queuedBytes.default,
    min: 1,
    max: LIMITS.queuedBytes.max,
    services: ['start', 'edge'],
    description:
      'Inputs of calls that have not ended, in total; more are refused with 503, and shared by users as `QUEUE_LIMIT_CALLS` is. As many bytes of large inputs may come in and wait in one process.',
  },
  USER_LIMIT_CALLS: {
    kind: 'integer',
    unit: 'calls',
    default: LIMITS.outstandingCallsPerUser.default,
    min: 1,
    max: LIMITS.outstandingCallsPerUser.max,
    services: ['start', 'edge'],
    description: 'Calls of one user that have not ended; more are refused with 429.',
  },
  USER_WEIGHTS: {
    kind: 'text',
    default: 'none',
    services: ['start', 'edge', 'worker'],
    description:
      'Shares of users beside others, in the queue and on the threads: `user=weight` with weights from 0.01 to 100, with commas, such as `alice=3,bob=0.5`. Whoever is not in the list has 1. The same for all processes.',
  },
  RESULT_TTL: {
    kind: 'integer',
    unit: 'ms',
    default: LIMITS.resultTtlMs.default,
    min: 1_000,
    max: LIMITS.resultTtlMs.max,
    services: ['start', 'edge', 'worker'],
    description: 'How long the result of an asynchronous call is kept.',
  },
  RESULT_LIMIT_BYTES: {
    kind: 'integer',
    unit: 'bytes',
    default: 256 * 1024 * 1024,
    min: 1024 * 1024,
    max: 16 * 1024 * 1024 * 1024,
    services: ['start'],
    description: 'Results that the standalone server keeps in memory, in total; the oldest go first.',
  },
  LEASE_TIME: {
    kind: 'integer',
    unit: 'ms',
    default: 10_000,
    min: 500,
    max: 600_000,
    services: ['start', 'edge', 'worker'],
    description:
      'How long a worker may be silent before its calls are given to others. It renews at a third of this.',
  },
  DELIVERY_LIMIT: {
    kind: 'integer',
    unit: 'deliveries',
    default: 3,
    min: 1,
    max: 100,
    services: ['edge', 'worker'],
    description: 'How often an asynchronous call is given to a worker before it ends as call.host_lost.',
  },
  DRAIN_TIMEOUT: {
    kind: 'integer',
    unit: 'ms',
    default: 30_000,
    min: 0,
    max: 3_600_000,
    services: ALL,
    description:
      'How long running calls may take after SIGTERM; then asynchronous ones go back to the queue.',
  },
} as const satisfies Record<string, Setting>;

/** A key of {@link SETTINGS}. */
export type SettingName = keyof typeof SETTINGS;

function bytes<const S extends readonly ServiceName[]>(
  limit: keyof typeof LIMITS,
  services: S,
  description: string,
) {
  const { default: usual, max } = LIMITS[limit];
  return { kind: 'integer', unit: 'bytes', default: usual, min: 1, max, services, description } as const;
}
