import type { ProtoFaaslet } from '@faasm/faaslet';
import { quantile } from '../stats/mean-interval.ts';
import { BenchEngine } from './bench-engine.ts';
import { echoModule } from './echo-module.ts';
import { generatedModule } from './generated-module.ts';

/** Calls of one measurement. */
const CALLS = 5_000;

const BODY = Buffer.from('the forty-one bytes of a small call body.');

/** Sizes of CPython 3.11 as a WASI command. */
const LARGE = { codeBytes: 6_700_000, pages: 160 };
const SMALL = { codeBytes: 100_000, pages: 2 };

/** Figures of one round, all medians in microseconds. */
export interface EngineRound {
  /** A warm call without and with bringing its Faaslet back. */
  readonly call: number;
  readonly callWithReset: number;
  /** To a guest's first instruction, from an instance that another call used. */
  readonly reused: number;
  readonly reusedLarge: number;
  /** To it, with a new instance on a memory that another one used, or on a new memory. */
  readonly restored: number;
  readonly restoredLarge: number;
  readonly restoredUnpooled: number;
}

/** Measures the engine on this thread, round by round. */
export class EngineRounds {
  readonly #engine: BenchEngine;
  readonly #echo: ProtoFaaslet;
  readonly #small: ProtoFaaslet;
  readonly #large: ProtoFaaslet;

  private constructor(engine: BenchEngine, protos: readonly [ProtoFaaslet, ProtoFaaslet, ProtoFaaslet]) {
    this.#engine = engine;
    [this.#echo, this.#small, this.#large] = protos;
  }

  /** Prepares what is measured. */
  static async create(): Promise<EngineRounds> {
    const engine = new BenchEngine();
    const [small, large] = [generatedModule(SMALL), generatedModule(LARGE)];
    return new EngineRounds(engine, [
      await engine.proto(await echoModule()),
      await engine.proto(small),
      await engine.proto(large),
    ]);
  }

  async round(): Promise<EngineRound> {
    return {
      call: await this.#calls(false),
      callWithReset: await this.#calls(true),
      reused: await this.#reuses(this.#small),
      reusedLarge: await this.#reuses(this.#large),
      restored: await this.#restores(this.#small, true),
      restoredLarge: await this.#restores(this.#large, true),
      restoredUnpooled: await this.#restores(this.#small, false),
    };
  }

  async #calls(reset: boolean): Promise<number> {
    const engine = this.#engine;
    const faaslet = engine.restorer(this.#echo)(engine.slot());
    return await median(CALLS, async () => {
      const from = performance.now();
      const { outcome, output } = await faaslet.run(engine.guest(BODY));
      if (reset) faaslet.reset();
      const took = performance.now() - from;
      if (outcome.type !== 'success' || output.byteLength !== BODY.byteLength)
        throw new Error(`Call ended with ${JSON.stringify(outcome)}`);
      return took;
    });
  }

  async #reuses(proto: ProtoFaaslet): Promise<number> {
    const engine = this.#engine;
    const faaslet = engine.restorer(proto)(engine.slot());
    await faaslet.run(engine.guest());
    return await median(CALLS, async () => {
      const from = performance.now();
      faaslet.reset();
      await faaslet.run(engine.guest());
      return engine.markedAt - from;
    });
  }

  async #restores(proto: ProtoFaaslet, pooled: boolean): Promise<number> {
    const engine = this.#engine;
    const restore = engine.restorer(proto);
    const kept = engine.slot();
    return await median(pooled ? CALLS : CALLS / 20, async () => {
      const from = performance.now();
      const faaslet = restore(pooled ? kept : engine.slot());
      await faaslet.run(engine.guest());
      return engine.markedAt - from;
    });
  }
}

/** Median of what `measure` returns in milliseconds, in microseconds. */
async function median(times: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  while (values.length < times) values.push(await measure());
  return 1_000 * quantile(values, 0.5);
}
