import { TOOLS } from '../machine/tools.ts';
import { cluster } from '../subjects/cluster.ts';
import { rawNode } from '../subjects/raw-node.ts';
import { standalone } from '../subjects/standalone.ts';
import { workerd, workerdPackage } from '../subjects/workerd.ts';
import type { Bench } from './bench.ts';
import { measureServers } from './compare-servers.ts';
import { serverBars, type ServerPair } from './server-bars.ts';

/** Of a size that disappears beside HTTP, and with every byte up to 63, NUL and line ends included. */
const BODY: Uint8Array<ArrayBuffer> = Uint8Array.from({ length: 64 }, (_, index) => index);

const PAIRS: readonly ServerPair[] = [
  { subject: 'standalone', reference: 'raw-node', demand: { floor: 0.4, aim: 0.6 } },
  { subject: 'standalone', reference: 'workerd', demand: { floor: 2 } },
  { subject: 'cluster', reference: 'raw-node' },
  { subject: 'cluster', reference: 'standalone', demand: { aim: 0.35 } },
];

/** What a call costs over HTTP. */
export const echo: Bench = {
  name: 'echo',
  summary:
    'a call of demo/echo over HTTP, standalone and through Redis, against echoes on node:http and on workerd',
  async run(options) {
    const subjects = [rawNode(), workerd, standalone, cluster];
    const { samples, setting } = await measureServers(
      { subjects, body: BODY, tools: [TOOLS.redisServer] },
      options,
    );
    const bars = PAIRS.flatMap((pair) => serverBars('echo', samples, pair));
    const versions = `workerd ${workerdPackage().version}`;
    return { bars, raw: Object.fromEntries(samples), setting: `${setting}; ${versions}` };
  },
};

/** Whether the harness tells apart what is the same. */
export const harness: Bench = {
  name: 'harness',
  summary: 'the echo server on node:http against itself: the interval should contain 1',
  async run(options) {
    const subjects = [rawNode('raw-node'), rawNode('raw-node-again')];
    const { samples, setting } = await measureServers({ subjects, body: BODY, tools: [] }, options);
    const bars = serverBars('harness', samples, { subject: 'raw-node-again', reference: 'raw-node' });
    return { bars, raw: Object.fromEntries(samples), setting };
  },
};
