import {
  Guest,
  initializeFaaslet,
  ThreadMemories,
  type Faaslet,
  type MemoryMapper,
  type ProtoFaaslet,
} from '@faasm/faaslet';
import { GUEST_ARGS, GUEST_ENVIRONMENT, hostInterface, linkImports } from '@faasm/host-interface';
import { isFaasmError } from '@faasm/protocol';
import { EMPTY_BYTES } from '@faasm/stdx';
import { parentPort, workerData } from 'node:worker_threads';
import { FaasletBudget } from './faaslet-budget.ts';
import { FaasletPool } from './faaslet-pool.ts';
import type {
  DoneMessage,
  EvictMessage,
  InitializedMessage,
  InitializeMessage,
  RunMessage,
  ThreadData,
  ThreadReply,
  ThreadRequest,
} from './messages.ts';

/** How often idle Faaslets are looked after, in milliseconds. */
const SWEEP_MS = 500;

interface Known {
  readonly proto: ProtoFaaslet;
  readonly hostFunctions: WebAssembly.Imports;
}

/** Runs guests, one at a time, and does no I/O. */
class ExecutorThreadServer {
  readonly #data: ThreadData;
  readonly #pool: FaasletPool;
  readonly #memories = new ThreadMemories();
  readonly #known = new Map<string, Known>();
  readonly #host = hostInterface(() => this.#currentGuest());
  readonly #reply: (reply: ThreadReply, transfer?: ArrayBuffer[]) => void;
  #running: Guest | undefined;

  constructor(
    mapper: MemoryMapper,
    options: { data: ThreadData; reply: (reply: ThreadReply, transfer?: ArrayBuffer[]) => void },
  ) {
    const { data, reply } = options;
    this.#data = data;
    this.#reply = reply;
    const { settings, budgetCell } = data;
    this.#pool = new FaasletPool({
      ...settings,
      mapper,
      budget: new FaasletBudget(data.budget),
      budgetCell,
      memoryBytes: settings.limits.memoryBytes,
    });
  }

  handle(request: ThreadRequest): void {
    try {
      if (request.type === 'run') this.#run(request);
      else if (request.type === 'initialize') this.#initialize(request);
      else this.#evict(request);
    } catch (error) {
      if (!isFaasmError(error)) throw error;
      const { code, message } = error;
      this.#reply({ type: 'refused', requestId: request.requestId, code, message });
    }
  }

  sweep(): void {
    const keys = this.#pool.sweep();
    if (keys.length > 0) this.#evicted(keys);
  }

  #run(request: RunMessage): void {
    const startedAt = performance.now();
    const known = this.#knownProto(request);
    const idle = this.#pool.takeIdle(request.key);
    const faaslet = idle ?? this.#restore(known);
    const guest = this.#guest(request.input);
    this.#running = guest;
    const left = faaslet.run(guest);
    this.#running = undefined;
    const endedAt = performance.now();
    const enteredAt = guest.enteredAt ?? endedAt;
    const done: DoneMessage = {
      type: 'done',
      requestId: request.requestId,
      left,
      warm: idle !== undefined,
      coldMs: enteredAt - startedAt,
      runMs: endedAt - enteredAt,
    };
    this.#reply(done, [left.output.buffer]);
    // After the answer: nobody waits for it, and nothing else runs here before it is done.
    this.#reset(request.key, faaslet);
  }

  #reset(key: string, faaslet: Faaslet): void {
    try {
      faaslet.reset();
    } catch (error) {
      if (!isFaasmError(error)) throw error;
      this.#pool.dropSlot();
      this.#evicted([key]);
      return;
    }
    this.#pool.giveIdle(key, faaslet);
  }

  #restore({ proto, hostFunctions }: Known): Faaslet {
    return this.#pool.restore(proto, { memories: this.#memories, hostFunctions }, (key) => {
      this.#evicted([key]);
    });
  }

  #initialize({ requestId, source }: InitializeMessage): void {
    const slot = this.#pool.takeSlot((key) => {
      this.#evicted([key]);
    });
    const guest = this.#guest(EMPTY_BYTES);
    this.#running = guest;
    const { snapshot, left } = initializeFaaslet(source, guest, {
      slot,
      memories: this.#memories,
      hostFunctions: linkImports(source.module, this.#host, () => this.#currentGuest()),
      memoryBytesMax: this.#data.settings.limits.memoryBytes,
    });
    this.#running = undefined;
    this.#pool.giveSlot(slot);
    const initialized: InitializedMessage = { type: 'initialized', requestId, snapshot, left };
    this.#reply(initialized);
  }

  #evict({ requestId, key, forget }: EvictMessage): void {
    const keys = this.#pool.evictIdle(key);
    if (forget && key !== undefined) this.#known.delete(key);
    this.#reply({ type: 'evicted', requestId, keys });
  }

  #evicted(keys: readonly string[]): void {
    this.#reply({ type: 'evicted', requestId: undefined, keys });
  }

  #knownProto({ key, proto }: RunMessage): Known {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (proto === undefined) throw new TypeError(`Thread was not given the Proto-Faaslet ${key}`);
    const { module } = proto.source;
    const hostFunctions = linkImports(module, this.#host, () => this.#currentGuest());
    const fresh = { proto, hostFunctions };
    this.#known.set(key, fresh);
    return fresh;
  }

  #guest(input: Uint8Array): Guest {
    return new Guest({
      ...this.#data.settings,
      input,
      args: GUEST_ARGS,
      environment: GUEST_ENVIRONMENT,
    });
  }

  #currentGuest(): Guest {
    if (this.#running === undefined) throw new TypeError('A host function was called while no guest ran');
    return this.#running;
  }
}

/** What the entry of an executor thread calls, with the means to map memory. Returns at once; the thread goes on. */
export function serveExecutorThread(mapper: MemoryMapper): void {
  const port = parentPort;
  if (port === null) throw new TypeError('This is no thread that an executor started');
  const server = new ExecutorThreadServer(mapper, {
    data: workerData as ThreadData,
    reply: (reply, transfer = []) => {
      port.postMessage(reply, transfer);
    },
  });
  port.on('message', (request: ThreadRequest) => {
    server.handle(request);
  });
  setInterval(() => {
    server.sweep();
  }, SWEEP_MS).unref();
}
