import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release } from 'node:os';
import { TOOLS, versionOf } from './tools.ts';

/** On what a benchmark ran. */
export interface MachineDescription {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  /** Processes that wanted a core, averaged over the last minute: near 0 if nothing else ran. */
  readonly loadAverage: number;
  readonly kernel: string;
  readonly node: string;
  readonly wrk: string;
  readonly redis: string;
}

/** Describes this machine as it is now and the programs that take part. Ask before the run: it is a load itself. */
export function describeMachine(): MachineDescription {
  const memoryKib = Number(/^MemTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  return {
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'} (${arch()})`,
    cores: cpus().length,
    memoryGib: Math.round(memoryKib / 2 ** 20),
    loadAverage: loadavg()[0] ?? Number.NaN,
    kernel: `Linux ${release()}`,
    node: `Node ${process.versions.node} (V8 ${process.versions.v8})`,
    wrk: /wrk \S+/.exec(versionOf(TOOLS.wrk))?.[0] ?? 'unknown',
    redis: /v=(\S+)/.exec(versionOf(TOOLS.redisServer))?.[1] ?? 'none',
  };
}
