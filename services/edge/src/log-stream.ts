import type { CallLog } from '@faasm/protocol';
import type { Writable } from 'node:stream';
import { callLogBody } from './call-log-body.ts';

/** Lines that are held for somebody who reads slowly, in characters; what comes then is dropped and counted. */
const PENDING_CHARS_MAX = 1024 * 1024;

/**
 * Logs as lines of JSON for one follower. Whoever does not keep up gets `{"dropped":12}` in the place of 12 logs; nobody else
 * waits for it.
 */
export class LogStream {
  readonly #out: Writable;
  #pending: string[] = [];
  #pendingChars = 0;
  #dropped = 0;
  #isBlocked = false;

  constructor(out: Writable) {
    this.#out = out;
    out.on('drain', () => {
      this.#isBlocked = false;
      this.#flush();
    });
  }

  /** Writes a log, now or when the follower has read what was before it. */
  show(log: CallLog): void {
    const line = `${JSON.stringify(callLogBody(log))}\n`;
    if (!this.#isBlocked) this.#write(line);
    // Once one was dropped, all are until there is room again, so that the line that tells it has its place.
    else if (this.#dropped > 0 || this.#pendingChars + line.length > PENDING_CHARS_MAX) this.#dropped += 1;
    else {
      this.#pending.push(line);
      this.#pendingChars += line.length;
    }
  }

  /** Writes an empty line, so that nobody on the way takes the connection for a dead one. */
  beat(): void {
    if (!this.#isBlocked) this.#write('\n');
  }

  #flush(): void {
    while (!this.#isBlocked) {
      const line = this.#pending.shift() ?? this.#droppedLine();
      if (line === undefined) return;
      this.#pendingChars = Math.max(0, this.#pendingChars - line.length);
      this.#write(line);
    }
  }

  #droppedLine(): string | undefined {
    if (this.#dropped === 0) return undefined;
    const line = `${JSON.stringify({ dropped: this.#dropped })}\n`;
    this.#dropped = 0;
    return line;
  }

  #write(line: string): void {
    this.#isBlocked = !this.#out.write(line);
  }
}
