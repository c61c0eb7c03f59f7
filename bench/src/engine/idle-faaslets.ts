import { readFileSync } from 'node:fs';
import { BenchEngine } from './bench-engine.ts';
import { generatedModule } from './generated-module.ts';

// Prints what an idle Faaslet costs, in KiB, when there are as many as the argument says; each has run a call before.

const KIB_PATTERN = /:\s+(\d+) kB/;

const count = Number(process.argv[2]);
const engine = new BenchEngine();
const proto = await engine.proto(generatedModule({ codeBytes: 1_000, pages: 2 }));
const restore = engine.restorer(proto);
const kept = [restore(engine.slot())];
const before = usedKib();
while (kept.length <= count) {
  const faaslet = restore(engine.slot());
  await faaslet.run(engine.guest());
  faaslet.reset();
  faaslet.slot.trim();
  kept.push(faaslet);
}
process.stdout.write(`${(usedKib() - before) / count}\n`);

/** Proportional set size and page tables of this process. */
function usedKib(): number {
  return kib('/proc/self/smaps_rollup', 'Pss:') + kib('/proc/self/status', 'VmPTE:');
}

function kib(file: string, field: string): number {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(field));
  return Number(KIB_PATTERN.exec(line ?? '')?.[1]);
}
