import { MemoryGlobalTier } from '@faasm/adapter-memory';
import { callsModule } from '@faasm/guests';
import type { CallResult } from '@faasm/protocol';
import type { GlobalTier } from '@faasm/state';
import type { MakeTier, TierUnderTest } from '@faasm/state/contracts';
import assert from 'node:assert/strict';
import {
  runState,
  stateExecutor,
  type ChosenCall,
  type StateExecutor,
  type StateExecutorOptions,
} from './state-executor.ts';

/** Hosts whose functions are `worker`, which does what its input says, and `checks`: see guests/calls. */
export interface Hosts {
  readonly tier: TierUnderTest;
  readonly hosts: readonly [StateExecutor, StateExecutor];
}

/** What a script came to. */
export interface Said {
  readonly result: CallResult;
  /** What it printed, line by line. */
  readonly lines: readonly string[];
}

/** What a test chooses of both hosts. */
export interface HostOptions extends Omit<Partial<StateExecutorOptions>, 'modules' | 'global'> {
  /** What a host, 0 or 1, has instead of the tier. */
  readonly wrap?: (tier: GlobalTier, host: number) => GlobalTier;
}

/** What a test has that must be closed. */
export interface TestScope {
  after(close: () => Promise<void>): void;
}

/** One global tier in memory. */
export const memoryTier: MakeTier = async () => {
  const tier = new MemoryGlobalTier();
  return await Promise.resolve({
    tier,
    join: async () => await Promise.resolve(tier),
    pass: async (ms) => {
      await new Promise((done) => setTimeout(done, ms));
    },
    close: () => tier.close(),
  });
};

/** Two hosts on one global tier; they stand for two processes. Closed after the test. */
export async function twoHosts(
  t: TestScope,
  makeTier: MakeTier,
  { wrap = (tier) => tier, ...options }: HostOptions = {},
): Promise<Hosts> {
  const modules = { worker: await callsModule('state-worker'), checks: await callsModule('state') };
  const tier = await makeTier();
  const one = stateExecutor(t, { ...options, modules, global: wrap(tier.tier, 0) });
  const other = stateExecutor(t, { ...options, modules, global: wrap(await tier.join(), 1) });
  t.after(() => tier.close());
  return { tier, hosts: [one, other] };
}

/** Runs a script; it may end in any way. */
export async function run(
  host: StateExecutor,
  script: readonly string[],
  chosen?: Omit<ChosenCall, 'input'>,
): Promise<Said> {
  const result = await runState(host, 'worker', { ...chosen, input: script.join('\n') });
  const printed = Buffer.from(result.stdout).toString();
  return { result, lines: printed === '' ? [] : printed.trimEnd().split('\n') };
}

/** Runs a script that must succeed: what it printed. */
export async function lines(
  host: StateExecutor,
  script: readonly string[],
  chosen?: Omit<ChosenCall, 'input'>,
): Promise<readonly string[]> {
  const said = await run(host, script, chosen);
  assert.deepEqual(said.result.outcome, { type: 'success' }, Buffer.from(said.result.stderr).toString());
  return said.lines;
}

/** The code and the message of the error that a script ended with. */
export function failure({ result: { outcome } }: Said): { code: string; message: string } {
  if (outcome.type !== 'error') assert.fail(`The call ended with ${JSON.stringify(outcome)}`);
  return { code: outcome.code, message: outcome.message };
}
