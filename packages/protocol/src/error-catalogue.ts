/** Who has to change something for the error to go away. */
export type Fault = 'caller' | 'guest' | 'server';

/** One kind of failure as the outside sees it. */
export interface ErrorEntry {
  /** HTTP status of an answer that reports it. */
  readonly status: number;
  /** One line, the same for each occurrence. */
  readonly title: string;
  readonly fault: Fault;
  /** When it happens, in Markdown. */
  readonly when: string;
  /** What whoever has the fault can do, in Markdown. */
  readonly remedy: string;
}

/**
 * Every error that leaves a process, by its code. A code is never re-used for another meaning.
 * The reference page `docs/reference/errors.md` is generated from this table.
 */
export const ERROR_CATALOGUE = {
  'request.bad_name': {
    status: 400,
    title: 'Name of a user or function is not valid',
    fault: 'caller',
    when: 'A user or function is named by something other than 1 to 128 letters, digits, `.`, `_` and `-` that begin with a letter or digit.',
    remedy: 'Correct the name. The detail quotes the one that was received.',
  },
  'request.bad_path': {
    status: 400,
    title: 'Path is not valid',
    fault: 'caller',
    when: 'The path of the request cannot be decoded.',
    remedy: 'Encode the path as a URL wants it, once.',
  },
  'request.bad_header': {
    status: 400,
    title: 'Header is not valid',
    fault: 'caller',
    when: 'A header has a value that it may not have, such as an `X-Faasm-Timeout` that is no duration or is over the limit, or more `X-Faasm-Arguments` than there is room for.',
    remedy: 'Correct the header. The detail names the bound.',
  },
  'request.bad_query': {
    status: 400,
    title: 'Query parameter is not valid',
    fault: 'caller',
    when: 'A query parameter has a value that it may not have, such as a `wait` that is no duration.',
    remedy: 'Correct the parameter.',
  },
  'request.bad_body': {
    status: 400,
    title: 'Body is not valid',
    fault: 'caller',
    when: "A JSON body is not what the route takes, or the body's media type or length is not.",
    remedy: 'Send what the HTTP reference describes.',
  },
  'request.too_large': {
    status: 413,
    title: 'Body is larger than the limit',
    fault: 'caller',
    when: 'The body is over the limit of the route: for a call, `INPUT_LIMIT_BYTES`, or `inputBytes` of the settings of the function.',
    remedy: 'Send less, or raise the limit.',
  },
  'request.no_length': {
    status: 411,
    title: 'Length of the body is not known before its end',
    fault: 'caller',
    when: 'A state value is sent with `Transfer-Encoding: chunked`, and no `Content-Range` says how long it is.',
    remedy: 'Send `Content-Length`, or for 100 bytes `Content-Range: bytes 0-99/100`.',
  },
  'route.unknown': {
    status: 404,
    title: 'No such route',
    fault: 'caller',
    when: 'The server has nothing at this method and path.',
    remedy: 'Look the route up in the HTTP reference. Calls go to the edge, uploads to the upload service.',
  },
  'function.unknown': {
    status: 404,
    title: 'No such function',
    fault: 'caller',
    when: 'Nothing is uploaded under this user and name, or it was removed.',
    remedy: 'Upload the function. `faasm list` shows those that there are.',
  },
  'version.unknown': {
    status: 404,
    title: 'No such version of the function',
    fault: 'caller',
    when: 'A version was asked for that was never uploaded, or the previous version of a function that has had one only.',
    remedy: 'Name a version that `faasm list --json` shows.',
  },
  'call.unknown': {
    status: 404,
    title: 'No such call, or its result has expired',
    fault: 'caller',
    when: 'No call has this id: it was never given out, or the result was kept for `RESULT_TTL` and is gone. Of a synchronous call only the log is kept for a while, where it wrote anything.',
    remedy: 'Read results sooner, or raise `RESULT_TTL`.',
  },
  'call.cancelled': {
    status: 409,
    title: 'Call was cancelled',
    fault: 'caller',
    when: 'The call was cancelled before it ended, or the caller of a synchronous call went away.',
    remedy: 'Nothing; make the call again if it is still wanted.',
  },
  'call.finished': {
    status: 409,
    title: 'Call has already ended',
    fault: 'caller',
    when: 'A call that had ended was to be cancelled.',
    remedy: 'Nothing; its result can be read.',
  },
  'call.deadline': {
    status: 504,
    title: 'Call did not end before its deadline',
    fault: 'guest',
    when: 'The call waited and ran for longer than its time: the `X-Faasm-Timeout` of the request, `timeoutMs` of the settings of the function, or `GLOBAL_MESSAGE_TIMEOUT`.',
    remedy:
      'Give the call more time, make the function faster, or add workers when the time went into waiting (`Server-Timing` tells).',
  },
  'call.host_lost': {
    status: 502,
    title: 'Host that ran the call was lost',
    fault: 'server',
    when: 'The worker that ran the call went silent for longer than its lease. A synchronous call ends at once, because it may have run; an asynchronous one after `DELIVERY_LIMIT` workers.',
    remedy: 'Look why workers end: a function that brings its worker down does so to each that gets it.',
  },
  'module.invalid': {
    status: 400,
    title: 'Module is not valid WebAssembly',
    fault: 'caller',
    when: "The uploaded bytes do not pass WebAssembly's validation.",
    remedy: 'Upload what the compiler made. The detail says where validation failed.',
  },
  'module.unsupported': {
    status: 400,
    title: 'Module uses what this host does not run',
    fault: 'caller',
    when: 'The module is valid, and has no entry, a memory over the limit, or a feature that this host does not run.',
    remedy: 'Change how the module is built. The detail names what is not supported.',
  },
  'module.too_large': {
    status: 413,
    title: 'Module is larger than the limit',
    fault: 'caller',
    when: 'The uploaded module is over `MODULE_LIMIT_BYTES`.',
    remedy: 'Build a smaller module (strip debug information), or raise the limit.',
  },
  'files.invalid': {
    status: 400,
    title: 'Files of a function cannot be taken',
    fault: 'caller',
    when: 'The uploaded archive is no tar archive, ends early, lacks the module, or has an entry that is not taken: a name that is absolute, has `..`, or comes twice; a link that leads outside; a device.',
    remedy: 'Leave the file out, or rename it. The detail names it, and what is wrong with it.',
  },
  'files.too_large': {
    status: 413,
    title: 'Files of a function are larger or more than the limit',
    fault: 'caller',
    when: 'The files have more than `FILES_LIMIT_BYTES` together, or are more than `FILES_LIMIT_ENTRIES`.',
    remedy: 'Upload fewer files, or raise the limit.',
  },
  'logs.busy': {
    status: 503,
    title: 'Too many clients follow logs',
    fault: 'server',
    when: 'As many connections follow logs as one edge has room for, 100.',
    remedy: 'Try again later, or on another edge.',
  },
  'guest.exit': {
    status: 500,
    title: 'Function ended with an exit code other than 0',
    fault: 'guest',
    when: 'The function ended itself with an exit code other than 0, which the header `X-Faasm-Exit-Code` has.',
    remedy: 'Look at its standard error, the end of which the answer has.',
  },
  'guest.trap': {
    status: 500,
    title: 'Function trapped',
    fault: 'guest',
    when: 'The function did what WebAssembly stops: `unreachable`, a bad memory access, a division by zero, too deep a recursion, or a host call with a pointer outside of its memory.',
    remedy: 'Debug the function. The detail has the reason of the trap.',
  },
  'state.bad_key': {
    status: 400,
    title: 'Key of a state value is not valid',
    fault: 'caller',
    when: 'A key has no bytes, more than 256, or control characters.',
    remedy: 'Correct the key. The detail quotes the one that was received.',
  },
  'state.bad_range': {
    status: 416,
    title: 'Range is not inside the state value',
    fault: 'caller',
    when: 'A part of a value is read or written that goes beyond its end.',
    remedy: 'Ask for less. The detail has the size of the value.',
  },
  'state.size_mismatch': {
    status: 409,
    title: 'State value has another size',
    fault: 'caller',
    when: 'A value is used with a size other than the one that its first write or mapping gave it. Sizes never change.',
    remedy: 'Use the size in the detail, or delete the value first.',
  },
  'state.conflict': {
    status: 412,
    title: 'State value is of another version',
    fault: 'caller',
    when: 'A change was bound to a version (`If-Match`, compare-and-set), and the value has changed since.',
    remedy: 'Read the value again and repeat the change.',
  },
  'state.locked': {
    status: 409,
    title: 'State value is locked',
    fault: 'caller',
    when: 'The value is changed by one who does not hold its global lock while another does.',
    remedy: 'Try again later, or take the lock. The detail names the holder.',
  },
  'state.changed': {
    status: 503,
    title: 'State value changed while it was read',
    fault: 'server',
    when: 'Somebody pushed to the value again and again while it was being read, so that no version could be read whole.',
    remedy: 'Try again. Read a smaller range, or hold the lock of the value meanwhile.',
  },
  'state.fenced': {
    status: 500,
    title: 'Function lost the lock of a state value',
    fault: 'guest',
    when: "A call changed a value under a global lock that it does not hold any more: the lock's lease ran out, because the call's host was too slow or cut off. Nothing was changed.",
    remedy: 'Call again: the function must read the value again.',
  },
  'state.unknown': {
    status: 404,
    title: 'No such state value',
    fault: 'caller',
    when: 'The user has no value with this key in the global tier: nobody pushed one, or it was deleted.',
    remedy: 'Write the value first. `faasm state list` shows those that there are.',
  },
  'state.too_large': {
    status: 413,
    title: 'State value is larger than the limit',
    fault: 'caller',
    when: 'A value of more than `STATE_LIMIT_BYTES` is to be created.',
    remedy: 'Spread it over several keys, or raise the limit.',
  },
  'state.unavailable': {
    status: 503,
    title: 'Global tier of state cannot be reached',
    fault: 'server',
    when: 'The store that keeps state values does not answer. A change that was on its way may have been made.',
    remedy:
      'Try again. The operator looks at the store: the server at `REDIS_STATE_HOST`, or the data directory of a standalone server.',
  },
  'state.full': {
    status: 503,
    title: 'Global tier of state has no room',
    fault: 'server',
    when: 'The store that keeps state values refuses to take more.',
    remedy: 'Delete values, or give the store more room.',
  },
  'state.deadlock': {
    status: 500,
    title: 'Function waits for a lock that it holds',
    fault: 'guest',
    when: 'A call asks for a lock of a state value that it holds already, so that it would wait for itself.',
    remedy: 'Release the lock first.',
  },
  'state.busy': {
    status: 503,
    title: 'Too many large state values are on their way',
    fault: 'server',
    when: 'As many values, or parts of values, of more than 64 KiB are being sent and received as one edge has room for, 100.',
    remedy: 'Try again later, or on another edge.',
  },
  'guest.output_limit': {
    status: 500,
    title: 'Function wrote more output than its limit',
    fault: 'guest',
    when: 'The output of the call is over `OUTPUT_LIMIT_BYTES`, or over `outputBytes` of the settings of the function.',
    remedy: 'Write less, or raise the limit.',
  },
  'guest.memory_limit': {
    status: 500,
    title: 'Function needs more memory than its limit',
    fault: 'guest',
    when: 'The memory that the module begins with is over the limit, which became smaller after its upload: `MEMORY_LIMIT_BYTES`, or `memoryBytes` of the settings of the function. A function that asks for more later is not ended: `memory.grow` fails.',
    remedy: 'Build the module for less memory, or raise the limit.',
  },
  'state.mapped_limit': {
    status: 500,
    title: 'Function maps more state than its limit',
    fault: 'guest',
    when: 'The call asked for pointers to more than `STATE_MAPPED_BYTES` of state at once, or to more than 64 parts of it. The detail has the bound.',
    remedy: 'Map parts of large values, each once, or read and write them by copying.',
  },
  'queue.full': {
    status: 503,
    title: 'Queue of calls is full',
    fault: 'server',
    when: '`QUEUE_LIMIT_CALLS` calls wait for a worker already, the inputs of calls have `QUEUE_LIMIT_BYTES` together, or the user has its share of either. The detail says which.',
    remedy: 'Try again after the seconds of `Retry-After`; add workers if it lasts.',
  },
  'queue.unavailable': {
    status: 503,
    title: 'Queue of calls cannot be reached',
    fault: 'server',
    when: 'The Redis server of the queue does not answer.',
    remedy:
      'Try again after the seconds of `Retry-After`. A call that was answered with 202 is not affected.',
  },
  'host.capacity': {
    status: 503,
    title: 'Host has no room for another Faaslet, or for more state',
    fault: 'server',
    when: 'A worker has as many Faaslets as its budget allows, the operating system gives it no more memory mappings, or the state values that its calls use, or that were not pushed, take `STATE_HOST_BYTES`.',
    remedy:
      'Send the call again after the time in `Retry-After`. The operator can add workers, or raise `FAASLETS_MAX` or `STATE_HOST_BYTES`.',
  },
  'store.unavailable': {
    status: 503,
    title: 'Function storage cannot be reached',
    fault: 'server',
    when: 'The data directory cannot be read or written, is held by another process, or has a damaged file.',
    remedy: 'Look at the log, which names the file and the reason.',
  },
  'user.limit': {
    status: 429,
    title: 'User has too many calls outstanding',
    fault: 'caller',
    when: '`USER_LIMIT_CALLS` calls of this user have not ended yet.',
    remedy: 'Wait for some to end; try again after the seconds of `Retry-After`.',
  },
  'server.draining': {
    status: 503,
    title: 'Server is shutting down',
    fault: 'server',
    when: 'This process was told to end and takes no new calls.',
    remedy: 'Try again after the seconds of `Retry-After`; a load balancer finds another edge.',
  },
  'server.internal': {
    status: 500,
    title: 'Error in the server',
    fault: 'server',
    when: 'A defect in this software, or a state that it did not expect.',
    remedy: 'Look at the log for the cause, and report it.',
  },
} as const satisfies Record<string, ErrorEntry>;

/** A key of {@link ERROR_CATALOGUE}. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Whether `value` is a code of the catalogue. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value);
}
