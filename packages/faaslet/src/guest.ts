import { FILE_LIMITS, FileSystem, type FileLimits, type ReadOnlyNode } from '@faasm/filesystem';
import { isFaasmError, type CallOutcome, type ErrorCode } from '@faasm/protocol';
import { EMPTY_BYTES, pooledCopy } from '@faasm/stdx';
import { BoundedCapture } from './bounded-capture.ts';
import type { LinearMemory } from './memory/linear-memory.ts';
import type { RegionRange } from './memory/memory-mapper.ts';
import { LogTail } from './log-tail.ts';
import { uncatchableError } from './termination.ts';

/** What a guest is given and held to. */
export interface GuestOptions {
  readonly input: Uint8Array;
  /** `argv`, the program's name first. */
  readonly args: readonly string[];
  /** `NAME=value` each. */
  readonly environment: readonly string[];
  readonly limits: GuestLimits;
  /** The files that were uploaded with the function, a directory. */
  readonly uploaded?: ReadOnlyNode | undefined;
  /** Whether standard output is the output of a call that wrote none. */
  readonly captureStdout: boolean;
}

/** Bounds of one guest, in bytes. */
export interface GuestLimits {
  readonly memoryBytes: number;
  readonly outputBytes: number;
  /** Kept of standard output and of standard error, each. */
  readonly logBytes: number;
  /** Of its files; those of `FILE_LIMITS` when undefined. */
  readonly files?: FileLimits;
}

/** What a guest leaves behind. */
export interface GuestOutcome {
  readonly outcome: CallOutcome;
  readonly output: Uint8Array<ArrayBuffer>;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: Uint8Array<ArrayBuffer>;
}

const NS_PER_MS = 1_000_000n;

const shown = { ms: 0, ns: 0n };

/** What the real-time clock shows, in nanoseconds since the Unix epoch; worked out once a millisecond. */
function realTime(): bigint {
  const ms = Date.now();
  if (ms !== shown.ms) Object.assign(shown, { ms, ns: BigInt(ms) * NS_PER_MS });
  return shown.ns;
}

function noGrowth(): number {
  return -1;
}

/** The state of one running guest that its host functions work on. */
export class Guest {
  readonly options: GuestOptions;
  /** Bytes of the input that were read through standard input. */
  stdinOffset = 0;
  /** When its entry was called, in milliseconds of `performance.now()`; undefined before. */
  enteredAt: number | undefined;
  /** Grows its memory by some pages: the size before in pages, or -1 when there is no more. Set when the instance exists. */
  growMemory: (delta: number) => number = noGrowth;
  /** Maps a part of a region into its memory: the pointer. Set for a call, as a snapshot cannot hold what is mapped. */
  mapRegion: ((range: RegionRange) => number) | undefined;
  /** Made at the first write: most guests write none. */
  #stdout: LogTail | undefined;
  #stderr: LogTail | undefined;
  #captured: BoundedCapture | undefined;
  #memory: LinearMemory | undefined;
  #files: FileSystem | undefined;
  #output: Uint8Array<ArrayBuffer> | undefined;
  #ended: CallOutcome | undefined;
  /** When it was entered or went on last, in milliseconds of `performance.now()`, and its time before. */
  #runsSince = 0;
  #ranMs = 0;

  constructor(options: GuestOptions) {
    this.options = options;
  }

  /** The guest's memory. Ends a guest that has none but passes pointers. */
  get memory(): LinearMemory {
    return this.#memory ?? this.trap('A host call got a pointer, but the function has no memory');
  }

  /** Set once, when the instance exists. */
  set memory(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** Its files and descriptors; made when it first asks for them, as many guests never do. */
  get files(): FileSystem {
    const { uploaded } = this.options;
    this.#files ??= new FileSystem({ uploaded, limits: this.limits.files, now: realTime });
    return this.#files;
  }

  /** What it is held to. */
  get limits(): Required<GuestLimits> {
    const { limits } = this.options;
    return { ...limits, files: limits.files ?? FILE_LIMITS };
  }

  /** How the guest was ended by the host; undefined while it was not. */
  get ended(): CallOutcome | undefined {
    return this.#ended;
  }

  /**
   * Maps a part of a region into the guest's memory, until the call has ended: the pointer. Ends the guest when that
   * cannot be, or when no call has begun.
   */
  mapShared(range: RegionRange): number {
    if (this.mapRegion === undefined)
      this.trap('State cannot be mapped by an initialisation: no call would find it');
    try {
      return this.mapRegion(range);
    } catch (error) {
      if (isFaasmError(error)) this.fail(error.code, error.message);
      throw error;
    }
  }

  /** Its own time on the thread, in milliseconds, from its first entry on. Asked while it runs; it stands still in between. */
  get ranMs(): number {
    return this.#ranMs + (performance.now() - this.#runsSince);
  }

  /** It is entered, or goes on. */
  runs(now: number = performance.now()): void {
    this.#runsSince = now;
  }

  /** It is suspended. */
  suspended(): void {
    this.#ranMs = this.ranMs;
  }

  /** Sets the output; the last one counts. Ends the guest when it is over the limit. */
  writeOutput(pointer: number, length: number): void {
    const { outputBytes } = this.options.limits;
    if (length >>> 0 > outputBytes) {
      this.fail(
        'guest.output_limit',
        `Output of ${length >>> 0} bytes is over the limit of ${outputBytes} bytes`,
      );
    }
    this.memory.fill(pointer, length, (bytes) => {
      this.#output = pooledCopy(bytes, 0, bytes.byteLength);
    });
  }

  /** Takes bytes written to standard output; they are copied. */
  writeStdout(bytes: Uint8Array): void {
    const { limits, captureStdout } = this.options;
    this.#stdout ??= new LogTail(limits.logBytes);
    this.#stdout.append(bytes);
    if (!captureStdout) return;
    this.#captured ??= new BoundedCapture(limits.outputBytes);
    this.#captured.append(bytes);
  }

  /** Takes bytes written to standard error; they are copied. */
  writeStderr(bytes: Uint8Array): void {
    this.#stderr ??= new LogTail(this.options.limits.logBytes);
    this.#stderr.append(bytes);
  }

  /** Ends the guest with an exit code. */
  exit(exitCode: number): never {
    this.#end(exitCode === 0 ? { type: 'success' } : { type: 'exit', exitCode });
  }

  /** Ends the guest as a trap. */
  trap(message: string): never {
    this.fail('guest.trap', message);
  }

  /** Ends the guest with an error of the catalogue. */
  fail(code: ErrorCode, message: string): never {
    this.#end({ type: 'error', code, message });
  }

  /** Ends the guest from outside: at its next check, unless something else ended it before. */
  endAtNextCheck(outcome: CallOutcome): void {
    this.#ended ??= outcome;
  }

  /** What the guest leaves behind, having ended with `outcome`. */
  finish(outcome: CallOutcome): GuestOutcome {
    return {
      outcome: this.#overflowed && outcome.type === 'success' ? this.#overLimit() : outcome,
      output: this.#output ?? this.#captured?.bytes() ?? EMPTY_BYTES,
      stdout: this.#stdout?.bytes() ?? EMPTY_BYTES,
      stderr: this.#stderr?.bytes() ?? EMPTY_BYTES,
    };
  }

  /** Whether standard output would be the output and is too long for it. */
  get #overflowed(): boolean {
    return this.#output === undefined && this.#captured?.overflowed === true;
  }

  #overLimit(): CallOutcome {
    const message = `Standard output is over the limit of ${this.options.limits.outputBytes} bytes`;
    return { type: 'error', code: 'guest.output_limit', message };
  }

  /** Only the first reason counts: code that runs while the guest is being ended must not change it. */
  #end(outcome: CallOutcome): never {
    this.#ended ??= outcome;
    throw uncatchableError();
  }
}
