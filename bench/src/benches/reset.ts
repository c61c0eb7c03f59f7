import { faasletServer } from '../subjects/faaslet-server.ts';
import type { Bench } from './bench.ts';
import { measureServers } from './compare-servers.ts';
import { serverBars } from './server-bars.ts';

const BODY: Uint8Array<ArrayBuffer> = Uint8Array.from({ length: 64 }, (_, index) => index);

/** What resetting costs a server that does nothing else. */
export const reset: Bench = {
  name: 'reset',
  summary: 'demo/echo on node:http in one thread, its Faaslet reset after each call, against one that is not',
  async run(options) {
    const subjects = [faasletServer('reset'), faasletServer('keep')];
    const { samples, setting } = await measureServers({ subjects, body: BODY, tools: [] }, options);
    const pair = { subject: 'faaslet-reset', reference: 'faaslet-keep', demand: { floor: 0.85 } };
    return { bars: serverBars('reset', samples, pair), raw: Object.fromEntries(samples), setting };
  },
};
