import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A kernel as a program of this machine, in a process of its own. */
export class NativeKernel {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;

  /** Starts what `native.c` made. */
  constructor(program: string) {
    this.#child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout });
  }

  /** Runs it once: its checksum, and how long it took in milliseconds. */
  async run(): Promise<{ sum: number; ms: number }> {
    const answer = once(this.#lines, 'line');
    this.#child.stdin.write('.');
    const [line] = (await answer) as [string];
    const [sum, nanoseconds] = line.split(' ').map(Number);
    if (sum === undefined || nanoseconds === undefined) throw new Error(`It printed ${JSON.stringify(line)}`);
    return { sum, ms: nanoseconds / 1e6 };
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}
