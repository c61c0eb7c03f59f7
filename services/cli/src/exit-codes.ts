/** What `faasm` exits with. The reference page of the command line shows this table. */
export const EXIT = {
  ok: { code: 0, meaning: 'It worked' },
  callFailed: {
    code: 1,
    meaning: 'The function failed: it trapped, exited with another code than 0, or met a limit',
  },
  usage: { code: 2, meaning: 'The command line, the configuration or the input is wrong' },
  unreachable: { code: 3, meaning: 'The server cannot be reached, or it failed' },
  notFound: { code: 4, meaning: 'There is no such function, version or call' },
  refused: { code: 5, meaning: 'The server refused for now: a queue is full or a limit is met; try again' },
  deadline: { code: 6, meaning: 'The call did not end before its deadline, or was cancelled' },
} as const;

/** One of {@link EXIT}'s names. */
export type ExitName = keyof typeof EXIT;

/** A failure of a command: what to print on standard error, and how to exit. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exit = exit;
  }
}
