/** Who has to change something for the error to go away. */
export type Fault = 'caller' | 'guest' | 'server';

/** One kind of failure as the outside sees it. */
export interface ErrorEntry {
  /** HTTP status of an answer that reports it. */
  readonly status: number;
  /** One line, the same for each occurrence. */
  readonly title: string;
  readonly fault: Fault;
}

/**
 * Every error that leaves a process, by its code. A code is never re-used for another meaning.
 * The reference page `docs/reference/errors.md` is generated from this table.
 */
export const ERROR_CATALOGUE = {
  'request.bad_name': { status: 400, title: 'Name of a user or function is not valid', fault: 'caller' },
  'request.bad_path': { status: 400, title: 'Path is not valid', fault: 'caller' },
  'request.bad_header': { status: 400, title: 'Header is not valid', fault: 'caller' },
  'request.bad_query': { status: 400, title: 'Query parameter is not valid', fault: 'caller' },
  'request.bad_body': { status: 400, title: 'Body is not valid', fault: 'caller' },
  'request.too_large': { status: 413, title: 'Body is larger than the limit', fault: 'caller' },
  'route.unknown': { status: 404, title: 'No such route', fault: 'caller' },
  'function.unknown': { status: 404, title: 'No such function', fault: 'caller' },
  'version.unknown': { status: 404, title: 'No such version of the function', fault: 'caller' },
  'call.unknown': { status: 404, title: 'No such call, or its result has expired', fault: 'caller' },
  'call.cancelled': { status: 409, title: 'Call was cancelled', fault: 'caller' },
  'call.finished': { status: 409, title: 'Call has already ended', fault: 'caller' },
  'call.deadline': { status: 504, title: 'Call did not end before its deadline', fault: 'guest' },
  'call.host_lost': { status: 502, title: 'Host that ran the call was lost', fault: 'server' },
  'module.invalid': { status: 400, title: 'Module is not valid WebAssembly', fault: 'caller' },
  'module.unsupported': { status: 400, title: 'Module uses what this host does not run', fault: 'caller' },
  'module.too_large': { status: 413, title: 'Module is larger than the limit', fault: 'caller' },
  'guest.exit': { status: 500, title: 'Function ended with an exit code other than 0', fault: 'guest' },
  'guest.trap': { status: 500, title: 'Function trapped', fault: 'guest' },
  'guest.output_limit': { status: 500, title: 'Function wrote more output than its limit', fault: 'guest' },
  'queue.full': { status: 503, title: 'Queue of calls is full', fault: 'server' },
  'queue.unavailable': { status: 503, title: 'Queue of calls cannot be reached', fault: 'server' },
  'store.unavailable': { status: 503, title: 'Function storage cannot be reached', fault: 'server' },
  'user.limit': { status: 429, title: 'User has too many calls outstanding', fault: 'caller' },
  'server.draining': { status: 503, title: 'Server is shutting down', fault: 'server' },
  'server.internal': { status: 500, title: 'Error in the server', fault: 'server' },
} as const satisfies Record<string, ErrorEntry>;

/** A key of {@link ERROR_CATALOGUE}. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Whether `value` is a code of the catalogue. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value);
}
