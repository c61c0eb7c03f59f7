import type { ErrorCode } from '@faasm/protocol';

/** What `faasm` exits with. The reference page of the command line shows this table. */
export const EXIT = {
  ok: { code: 0, meaning: 'It worked' },
  failed: {
    code: 1,
    meaning:
      'The function failed (it trapped, exited with another code than 0, or met a limit), or a check did',
  },
  usage: { code: 2, meaning: 'The command line, the configuration or the input is wrong' },
  unreachable: { code: 3, meaning: 'The server cannot be reached, or it failed' },
  notFound: { code: 4, meaning: 'There is no such function, version or call' },
  refused: { code: 5, meaning: 'The server refused for now: a queue is full or a limit is met; try again' },
  deadline: { code: 6, meaning: 'The call did not end in time, or was cancelled' },
} as const;

/** One of {@link EXIT}'s names. */
export type ExitName = keyof typeof EXIT;

/** The codes whose exit is not told by their first word. */
const EXIT_OF_CODE: Partial<Record<ErrorCode, ExitName>> = {
  'call.deadline': 'deadline',
  'call.cancelled': 'deadline',
  'call.host_lost': 'unreachable',
  'call.finished': 'usage',
  'function.unknown': 'notFound',
  'version.unknown': 'notFound',
  'call.unknown': 'notFound',
  'route.unknown': 'notFound',
  'queue.full': 'refused',
  'server.draining': 'refused',
  'state.locked': 'refused',
  'state.changed': 'refused',
  'state.full': 'refused',
  'state.fenced': 'failed',
  'state.unavailable': 'unreachable',
};

const EXIT_OF_FAMILY: Readonly<Record<string, ExitName>> = {
  guest: 'failed',
  request: 'usage',
  module: 'usage',
  files: 'usage',
  user: 'refused',
  logs: 'refused',
  state: 'usage',
  queue: 'unreachable',
  store: 'unreachable',
  server: 'unreachable',
};

/** How a command exits for an error of the catalogue. */
export function exitForCode(code: ErrorCode): ExitName {
  return EXIT_OF_CODE[code] ?? EXIT_OF_FAMILY[code.split('.')[0] ?? ''] ?? 'unreachable';
}

/** What a command says when it fails, besides how it exits. */
export interface CommandFailure {
  /** The catalogue's code, where the error has one. */
  readonly code?: string;
  /** The problem that the server reported. */
  readonly problem?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A failure of a command: what to print, and how to exit. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ExitName;
  /** The catalogue's code, or the name of the exit. */
  readonly code: string;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(exit: ExitName, message: string, { code, problem, cause }: CommandFailure = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.exit = exit;
    this.code = code ?? exit;
    this.problem = problem ?? {};
  }
}
