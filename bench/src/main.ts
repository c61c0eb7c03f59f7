import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './benches/bench.ts';
import { checks } from './benches/checks.ts';
import { deploy } from './benches/deploy.ts';
import { echo, harness } from './benches/echo.ts';
import { embeddedState } from './benches/embedded-state.ts';
import { engine } from './benches/engine.ts';
import { files } from './benches/files.ts';
import { firstCall } from './benches/first-call.ts';
import { hostile } from './benches/hostile.ts';
import { neighbour } from './benches/neighbour.ts';
import { overload } from './benches/overload.ts';
import { reset } from './benches/reset.ts';
import { sgd } from './benches/sgd.ts';
import { state } from './benches/state.ts';
import { parseCommandLine, UsageError, type Command } from './command-line.ts';
import { describeMachine } from './machine/describe.ts';
import { formatBar } from './report/bar.ts';
import { updatePage } from './report/summary.ts';

const BENCHES: readonly Bench[] = [
  echo,
  checks,
  firstCall,
  files,
  engine,
  embeddedState,
  reset,
  deploy,
  neighbour,
  hostile,
  overload,
  state,
  sgd,
  harness,
];
const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));
const EXIT_USAGE = 2;

try {
  await main(
    parseCommandLine(
      process.argv.slice(2),
      BENCHES.map(({ name }) => name),
    ),
  );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(
    `${error.message}\nUsage: npm run bench -- [NAME…] [--rounds N] [--seconds S] [--write] | --list\n`,
  );
  process.exitCode = EXIT_USAGE;
}

async function main(command: Command): Promise<void> {
  if (command.type === 'list') {
    for (const { name, summary } of BENCHES) process.stdout.write(`${name}: ${summary}\n`);
    return;
  }
  for (const bench of BENCHES) {
    if (command.names.includes(bench.name)) await runBench(bench, command);
  }
}

/** Bars go to standard output, one line each; what is going on goes to standard error. */
async function runBench(bench: Bench, command: Command & { type: 'run' }): Promise<void> {
  const { rounds, seconds, write } = command;
  const startedAt = new Date();
  const progress = (line: string): void => {
    process.stderr.write(`${bench.name}: ${line}\n`);
  };
  const machine = describeMachine();
  const report = await bench.run({ rounds, seconds, progress });
  for (const bar of report.bars) process.stdout.write(`${formatBar(bar)}\n`);

  await mkdir(RESULTS, { recursive: true });
  const path = `${RESULTS}${bench.name}-${startedAt.toISOString().replaceAll(':', '')}.json`;
  await writeFile(path, JSON.stringify({ bench: bench.name, startedAt, machine, ...report }, null, 2));
  progress(`raw data in ${path}`);
  if (!write) return;

  const { name, summary } = bench;
  const date = startedAt.toISOString().slice(0, 10);
  const page = await readFile(PAGE, 'utf8').catch(emptyIfMissing);
  await mkdir(dirname(PAGE), { recursive: true });
  await writeFile(PAGE, updatePage(page, { bench: name, summary, machine, date, ...report }));
}

function emptyIfMissing(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}
