import { callsModule } from '@faasm/guests';
import type { Cluster, FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { json, post, send, upload, type Answer } from './api.ts';

/** The function of the test's users that does what its input says, a command a line; see `guests/calls/state-worker`. */
const FUNCTION = 'state-worker';

/** Which edge is asked next. */
let turn = 0;

/** Deploys the function of a user whose calls do what they are told. */
export async function deployStateWorker(uploads: string, user: string): Promise<void> {
  await upload(uploads, `${user}/${FUNCTION}`, await callsModule('state-worker'));
}

/** The URL of the next edge; a standalone server is one, too. */
export function nextEdge(edges: readonly FaasmProcess[]): string {
  const edge = edges[turn++ % edges.length];
  assert.ok(edge);
  return edge.url('edge');
}

/** Calls the function of a user with commands. */
export async function command(
  edges: readonly FaasmProcess[],
  commands: readonly string[],
  { user = 'me', timeout = '60s' }: { user?: string; timeout?: string } = {},
): Promise<Answer> {
  const url = `${nextEdge(edges)}/f/${user}/${FUNCTION}`;
  return await post(url, commands.join('\n'), { 'X-Faasm-Timeout': timeout });
}

/** What commands that must work print. */
export async function printed(
  edges: readonly FaasmProcess[],
  commands: readonly string[],
  options: { user?: string } = {},
): Promise<string> {
  const answer = await command(edges, commands, options);
  assert.equal(answer.status, 200, answer.body.toString());
  return answer.body.toString().trim();
}

/** The bytes of a value of the user `me`, as an edge has it; undefined when there is none. */
export async function valueOf(edges: readonly FaasmProcess[], key: string): Promise<Buffer | undefined> {
  const answer = await send(`${nextEdge(edges)}/s/me/${key}`);
  if (answer.status === 404) return undefined;
  assert.equal(answer.status, 200, answer.body.toString());
  return answer.body;
}

/** A value has so many bytes, all the same. In few words, since telling large values apart byte by byte takes minutes. */
export function assertFilled(
  bytes: Buffer | undefined,
  { sizeBytes, byte }: { sizeBytes: number; byte: number | undefined },
  name = 'The value',
): void {
  const isFilled = bytes?.equals(Buffer.alloc(sizeBytes, byte)) ?? false;
  assert.ok(isFilled, `${name} is not ${sizeBytes} times ${byte}: it begins with ${bytes?.[0]}`);
}

/** What a counter stands at; 0 when there is none. */
export async function countOf(edges: readonly FaasmProcess[], key: string): Promise<number> {
  const bytes = await valueOf(edges, key);
  return bytes === undefined ? 0 : Number(bytes.readBigInt64LE());
}

/** The code of the problem that an answer tells, `ok` when it tells none. */
export function codeOf(answer: Answer): string {
  return answer.status === 200 ? 'ok' : String(json(answer)['code']);
}

/** How many calls a worker has run. */
async function ranCalls(worker: FaasmProcess): Promise<number> {
  const metrics = (await send(`${worker.url('worker')}/metrics`)).body.toString();
  const lines = metrics.split('\n').filter((line) => line.startsWith('faasm_calls_total{'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** How callers count together. */
export interface Counting {
  /** The command of one increment after the other: `add-locked`, `add-set`, `add-unlocked`. */
  readonly how: string;
  readonly callers: number;
  /** Increments of each call. */
  readonly times: number;
  /** Calls of each caller, one after the other. */
  readonly rounds?: number;
}

/** Lets callers count in one value at once, and resolves with what it comes to; each worker must have run some of them. */
export async function countTogether(cluster: Cluster, counting: Counting): Promise<number> {
  const { how, callers, times, rounds = 1 } = counting;
  const before = await Promise.all(cluster.workers.map(ranCalls));
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let i = 0; i < rounds; i++)
        assert.equal(
          codeOf(await command(cluster.edges, [`${how} ${how} ${times}`], { timeout: '1h' })),
          'ok',
        );
    }),
  );
  for (const [i, worker] of cluster.workers.entries())
    assert.ok((await ranCalls(worker)) > (before[i] ?? 0), `Worker ${i} has run none`);
  return await countOf(cluster.edges, how);
}
