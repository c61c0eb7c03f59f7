import type { ProtoFaaslet } from '@faasm/faaslet';
import { demoFunctions } from '@faasm/guests';
import { formatFunctionRef } from '@faasm/protocol';
import { quantile } from '../stats/mean-interval.ts';
import { BenchEngine } from './bench-engine.ts';
import { generatedModule } from './generated-module.ts';

/** Calls of one measurement. */
const CALLS = 5_000;

const BODY = Buffer.from('the forty-one bytes of a small call body.');

/** Sizes of CPython 3.11 as a WASI command. */
const LARGE = { codeBytes: 6_700_000, pages: 160 };
const SMALL = { codeBytes: 100_000, pages: 2 };

/** Figures of one round, all medians in microseconds. */
export interface EngineRound {
  readonly call: number;
  readonly callWithReset: number;
  readonly restorePooled: number;
  readonly restoreUnpooled: number;
  readonly restoreLarge: number;
}

/** Measures the engine on this thread, round by round. */
export class EngineRounds {
  readonly #engine = new BenchEngine();
  #echo: ProtoFaaslet | undefined;
  #small: ProtoFaaslet | undefined;
  #large: ProtoFaaslet | undefined;

  /** Prepares what is measured; must come before the first round. */
  async prepare(): Promise<void> {
    const echo = (await demoFunctions()).find(({ ref }) => formatFunctionRef(ref) === 'demo/echo');
    if (echo === undefined) throw new Error('There is no demo function demo/echo');
    this.#echo = await this.#engine.proto(echo.wasm);
    this.#small = await this.#engine.proto(generatedModule(SMALL));
    this.#large = await this.#engine.proto(generatedModule(LARGE));
  }

  round(): EngineRound {
    return {
      call: this.#calls(false),
      callWithReset: this.#calls(true),
      restorePooled: this.#restores(this.#small, true),
      restoreUnpooled: this.#restores(this.#small, false),
      restoreLarge: this.#restores(this.#large, true),
    };
  }

  /** Median of a warm call, from its guest's state to its result. */
  #calls(reset: boolean): number {
    const engine = this.#engine;
    const faaslet = engine.faaslet(known(this.#echo), engine.slot());
    const times = Array.from({ length: CALLS }, () => {
      const from = performance.now();
      const { outcome, output } = faaslet.run(engine.guest(BODY));
      if (reset) faaslet.reset();
      const took = performance.now() - from;
      if (outcome.type !== 'success' || output.byteLength !== BODY.byteLength)
        throw new Error(`Call ended with ${JSON.stringify(outcome)}`);
      return took;
    });
    return 1_000 * quantile(times, 0.5);
  }

  /** Median from nothing but a Proto-Faaslet, and a memory when pooled, to the guest's first instruction. */
  #restores(proto: ProtoFaaslet | undefined, pooled: boolean): number {
    const engine = this.#engine;
    const restore = engine.restorer(known(proto));
    const kept = engine.slot();
    const times = Array.from({ length: pooled ? CALLS : CALLS / 20 }, () => {
      const from = performance.now();
      const faaslet = restore(pooled ? kept : engine.slot());
      faaslet.run(engine.guest());
      return engine.markedAt - from;
    });
    return 1_000 * quantile(times, 0.5);
  }
}

function known(proto: ProtoFaaslet | undefined): ProtoFaaslet {
  if (proto === undefined) throw new TypeError('prepare() was not called');
  return proto;
}
