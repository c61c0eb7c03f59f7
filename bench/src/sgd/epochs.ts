import { withProportionalMib } from '../machine/process-memory.ts';
import type { RunningCluster } from '../subjects/cluster.ts';
import { redisNetBytes } from '../subjects/redis-server.ts';
import { requireOk } from '../subjects/server-process.ts';
import { LEARNT_PICTURES, readPictures, TRIED_PICTURES } from './pictures.ts';

/** The program that learns, `guests/examples/hogwild`. */
export const LEARNER = 'bench/hogwild';

/** How functions share the weights; the program says what each way is. */
export const WAYS = ['mapped', 'whole', 'sparse'] as const;

/** One of {@link WAYS}. */
export type Way = (typeof WAYS)[number];

/** Pictures between two uses of the global copy, for the ways that go through it. */
const BATCH = 32;

const MEMORY_EVERY_MS = 20;

/** A model that has learnt nothing is right about a tenth; steps of many functions do not add up to a good one. */
const RIGHT_MIN = TRIED_PICTURES / 4;

/** One epoch: all pictures were learnt from about once, by functions that each took a part of them. */
export interface Epoch {
  readonly ms: number;
  /** Bytes of state values that the worker pulled and pushed. */
  readonly valueBytes: number;
  /** All bytes between the worker and the Redis server of the state values, both ways. */
  readonly netBytes: number;
  /** The most that the worker had in use, what is shared counted once. */
  readonly peakMib: number;
  /** How many of {@link TRIED_PICTURES} pictures the model then recognises. */
  readonly right: number;
}

/** Trains models on a cluster that has {@link LEARNER}. */
export class Epochs {
  readonly #cluster: RunningCluster;
  /** What it takes to ask Redis for its bytes, in bytes. */
  readonly #askingBytes: number;

  private constructor(cluster: RunningCluster, askingBytes: number) {
    this.#cluster = cluster;
    this.#askingBytes = askingBytes;
  }

  /** Uploads the pictures. */
  static async prepare(cluster: RunningCluster): Promise<Epochs> {
    for (const [key, body] of Object.entries(await readPictures()))
      await requireOk(stateUrl(cluster, key), { method: 'PUT', body });
    const before = await redisNetBytes(cluster.state);
    return new Epochs(cluster, (await redisNetBytes(cluster.state)) - before);
  }

  /** Trains a new model with `functions` calls at once, and tries it. Rejects if it has learnt nothing. */
  async run(way: Way, functions: number): Promise<Epoch> {
    await fetch(stateUrl(this.#cluster, 'weights'), { method: 'DELETE' });
    const count = LEARNT_PICTURES / functions;
    const train = async (_: unknown, index: number): Promise<string> =>
      await this.#call(`train ${way} ${index * count} ${count} ${BATCH} ${index + 1}`);

    const before = await this.#moved();
    const { pid } = this.#cluster.worker;
    const { result: ms, mib } = await withProportionalMib(
      { pids: [pid], everyMs: MEMORY_EVERY_MS },
      async () => {
        const from = performance.now();
        await Promise.all(Array.from({ length: functions }, train));
        return performance.now() - from;
      },
    );
    const after = await this.#moved();

    const right = Number.parseInt(await this.#call(`test ${LEARNT_PICTURES} ${TRIED_PICTURES}`), 10);
    if (!(right > RIGHT_MIN))
      throw new Error(`${way} with ${functions} functions has learnt nothing: ${right} of ${TRIED_PICTURES}`);
    return {
      ms,
      valueBytes: after.valueBytes - before.valueBytes,
      netBytes: after.netBytes - before.netBytes - this.#askingBytes,
      peakMib: Math.max(...mib),
      right,
    };
  }

  async #call(input: string): Promise<string> {
    const answer = await fetch(`${this.#cluster.origin}/f/${LEARNER}`, { method: 'POST', body: input });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${input} ended with ${answer.status}: ${text}`);
    return text;
  }

  async #moved(): Promise<{ readonly valueBytes: number; readonly netBytes: number }> {
    const metrics = await (await fetch(this.#cluster.worker.metrics)).text();
    const [pulled, pushed] = ['pulled', 'pushed'].map((way) => {
      const found = new RegExp(`^faasm_state_${way}_bytes (\\S+)$`, 'm').exec(metrics)?.[1];
      if (found === undefined) throw new Error(`The worker says no faasm_state_${way}_bytes`);
      return Number(found);
    });
    return { valueBytes: (pulled ?? 0) + (pushed ?? 0), netBytes: await redisNetBytes(this.#cluster.state) };
  }
}

function stateUrl({ origin }: RunningCluster, key: string): string {
  return `${origin}/s/bench/fashion/${key}`;
}
