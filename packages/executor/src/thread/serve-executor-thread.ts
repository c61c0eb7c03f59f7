import { EngineThread, type MemoryMapper } from '@faasm/faaslet';
import { parentPort, workerData } from 'node:worker_threads';
import { ByteRing } from '../channel/byte-ring.ts';
import { Signals } from '../channel/signals.ts';
import { GuestAsks } from './guest-asks.ts';
import { GuestJobs } from './guest-jobs.ts';
import { GuestLoop } from './guest-loop.ts';
import { Inbox } from './inbox.ts';
import { wakeTicker } from '../ticker.ts';
import type { ThreadData, ThreadRequest } from './messages.ts';
import { Outbox } from './outbox.ts';

/** What the entry of an executor thread calls, with the means to map memory. Rejects when the thread is broken. */
export async function serveExecutorThread(mapper: MemoryMapper): Promise<never> {
  const port = parentPort;
  if (port === null) throw new TypeError('This is no thread that an executor started');
  const data = workerData as ThreadData;
  const ticker = new Int32Array(data.ticker);
  const signals = new Signals(data.channel.signals);
  signals.noteLoaded();
  const outbox = new Outbox(port, { signals, ring: new ByteRing(data.channel.replies) });
  const inbox = new Inbox(port, { signals, ring: new ByteRing(data.channel.requests) });
  const loop = new GuestLoop({
    signals,
    wakeTicker: () => {
      wakeTicker(ticker);
    },
    sliceMs: data.settings.sliceMs,
    poll: () => {
      inbox.read(handle);
    },
    tidy: () => {
      jobs.sweep();
    },
  });
  const asks = new GuestAsks({
    outbox,
    mapper,
    runningRequest: () => loop.runningRequest,
    wake: (requestId) => {
      loop.wake(requestId);
    },
  });
  const thread = new EngineThread(loop, data.channel.control);
  const jobs = new GuestJobs({ data, mapper, outbox, thread, asks });
  const handle = (request: ThreadRequest): void => {
    if (request.type === 'run') loop.add(jobs.run(request));
    else if (request.type === 'initialize') loop.add(jobs.initialize(request));
    else if (request.type === 'answer') asks.answered(request);
    else if (request.type === 'evict') jobs.evict(request);
    else if (request.type === 'giveBack')
      outbox.post({ type: 'givenBack', requestIds: loop.giveBack(request.max) });
    else {
      const { requestId, code, message } = request;
      loop.end(requestId, { type: 'error', code, message });
    }
  };
  return await loop.run();
}
