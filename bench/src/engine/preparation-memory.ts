import { CHECK_INTERVAL, objectFiles } from '@faasm/faaslet';
import { readFileSync } from 'node:fs';
import { generatedModule } from './generated-module.ts';

// Prints by how many MiB the peak of this process grows while it prepares a module of 7 MB.

const bytes = generatedModule({ codeBytes: 7_000_000, pages: 160 });
globalThis.gc?.();
const before = peakKib();
objectFiles(bytes, { checkInterval: CHECK_INTERVAL });
process.stdout.write(`${(peakKib() - before) / 1_024}\n`);

function peakKib(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
