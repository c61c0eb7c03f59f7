import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { divideCores } from '../machine/cores.ts';
import { monotonicMs } from '../machine/monotonic.ts';
import { letCall, startCallers, type CallersLoad } from './callers.ts';

/** Every third request fails, every fourth one gets no answer. */
let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  if (requests % 4 === 0) request.socket.destroy();
  else response.writeHead(requests % 3 === 0 ? 503 : 200).end();
});

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => server.close());

function loadOf(arrivals: CallersLoad['arrivals'], timeoutMs = 60_000): CallersLoad {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, body: 'x', leadSeconds: 0, seconds: 0.2, timeoutMs, arrivals };
}

describe('letCall', () => {
  const open = { type: 'open', perSecond: 500 } as const;

  it('counts each answer by its status, and connections that break', async () => {
    for (const arrivals of [open, { type: 'closed', callers: 3, pausesMs: [1, 2] } as const]) {
      requests = 0;
      const { statuses, latenciesMs } = await letCall(loadOf(arrivals), divideCores().generator);
      assert.deepEqual(Object.keys(statuses), ['0', '200', '503']);
      assert.equal(latenciesMs.length, statuses[200]);
      assert.ok(latenciesMs.every((ms) => ms > 0));
    }
  });

  it('counts no answer that came before its time', async () => {
    const load = { ...loadOf(open), leadSeconds: 0.2, seconds: 0 };
    const nothing = { statuses: {}, latenciesMs: [], calledAtMs: [] };
    assert.deepEqual(await letCall(load, divideCores().generator), nothing);
  });

  it('counts no answer that came after the deadline', async () => {
    const { statuses, latenciesMs } = await letCall(loadOf(open, 0), divideCores().generator);
    assert.ok((statuses[200] ?? 0) > 0);
    assert.deepEqual(latenciesMs, []);
  });
});

describe('startCallers', () => {
  it('lets callers call until they are stopped, and tells when', async () => {
    requests = 0;
    const from = monotonicMs();
    const closed = { type: 'closed', callers: 1, pausesMs: [1, 2] } as const;
    const callers = startCallers({ ...loadOf(closed), seconds: 60 }, divideCores().generator);
    await callers.begun;
    for (let request = 0; request < 20; request++) await once(server, 'request');
    callers.stop();
    const { latenciesMs, calledAtMs } = await callers.saw;
    assert.ok(calledAtMs.length > 5 && calledAtMs.length === latenciesMs.length);
    assert.ok(calledAtMs.every((ms, i) => ms > (calledAtMs[i - 1] ?? from) && ms < monotonicMs()));
  });

  it('calls by the method that it is told', async () => {
    const closed = { type: 'closed', callers: 1, pausesMs: [1, 2] } as const;
    const callers = startCallers({ ...loadOf(closed), method: 'GET', body: '' }, divideCores().generator);
    const [request] = (await once(server, 'request')) as [IncomingMessage];
    assert.equal(request.method, 'GET');
    await callers.saw;
  });
});
