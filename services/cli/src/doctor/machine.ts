import { mkdtemp, readFile, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Finding } from './finding.ts';

/** Linux's own default. Each memory of a Faaslet takes two mappings or more, and a process that runs out is aborted. */
const MAP_COUNT_MIN = 65_530;

/** Redis's own backlog: the kernel cuts it at this setting, and refuses connections beyond. */
const SOMAXCONN_MIN = 511;

/** Writes into the data directory or, where it does not exist yet, into the nearest directory above it. */
export async function dataDirectory(path: string): Promise<Finding> {
  const check = 'data directory';
  const wanted = resolve(path);
  for (let directory = wanted; ; directory = dirname(directory)) {
    try {
      await rmdir(await mkdtemp(join(directory, '.faasm-doctor-')));
      const absent = directory === wanted ? '' : `; it does not exist yet, ${directory} can be written`;
      return { check, level: 'ok', detail: `${wanted}${absent}` };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (code === 'ENOENT' && directory !== dirname(directory)) continue;
      const detail = `${directory} cannot be written (${code}); set FUNC_ROOT to a directory that can`;
      return { check, level: 'fail', detail };
    }
  }
}

/** Whether one process may map as much as Linux lets it by default. */
export async function mapCount(root = '/'): Promise<Finding> {
  return atLeast('vm.max_map_count', await kernelValue(root, 'proc/sys/vm/max_map_count'), {
    least: MAP_COUNT_MIN,
    advice: `fewer Faaslets fit: sysctl vm.max_map_count=${MAP_COUNT_MIN}`,
  });
}

/** Whether the kernel lets Redis keep its backlog of connections. */
export async function somaxconn(root = '/'): Promise<Finding> {
  return atLeast('net.core.somaxconn', await kernelValue(root, 'proc/sys/net/core/somaxconn'), {
    least: SOMAXCONN_MIN,
    advice: 'on a Redis host: sysctl net.core.somaxconn=65535',
  });
}

/** Whether Redis can fork to save, however much memory it has. */
export async function overcommit(root = '/'): Promise<Finding> {
  const check = 'vm.overcommit_memory';
  const value = await kernelValue(root, 'proc/sys/vm/overcommit_memory');
  if (value === undefined) return unreadable(check);
  const advice = '; on a Redis host: sysctl vm.overcommit_memory=1';
  return value === '1'
    ? { check, level: 'ok', detail: value }
    : { check, level: 'warn', detail: `${value}${advice}` };
}

/** Whether the kernel makes huge pages of its own accord, which makes a forked Redis copy far more than it changes. */
export async function hugePages(root = '/'): Promise<Finding> {
  const check = 'transparent huge pages';
  const value = await kernelValue(root, 'sys/kernel/mm/transparent_hugepage/enabled');
  if (value === undefined) return { check, level: 'ok', detail: 'not in this kernel' };
  const chosen = /\[(?<word>\w+)\]/.exec(value)?.groups?.['word'] ?? value;
  const advice = '; on a Redis host: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled';
  return chosen === 'always'
    ? { check, level: 'warn', detail: `${chosen}${advice}` }
    : { check, level: 'ok', detail: chosen };
}

function atLeast(
  check: string,
  value: string | undefined,
  { least, advice }: { least: number; advice: string },
): Finding {
  if (value === undefined) return unreadable(check);
  return Number(value) >= least
    ? { check, level: 'ok', detail: value }
    : { check, level: 'warn', detail: `${value}, less than ${least}; ${advice}` };
}

function unreadable(check: string): Finding {
  return { check, level: 'warn', detail: 'cannot be read here; look at it on the host' };
}

async function kernelValue(root: string, path: string): Promise<string | undefined> {
  try {
    return (await readFile(join(root, path), 'utf8')).trim();
  } catch {
    return undefined;
  }
}
