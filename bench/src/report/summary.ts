import type { MachineDescription } from '../machine/describe.ts';
import { round, type Bar } from './bar.ts';

/** What the published summary says of one benchmark. */
export interface Summary {
  readonly bench: string;
  readonly summary: string;
  readonly setting: string;
  readonly machine: MachineDescription;
  /** Day of the run, `YYYY-MM-DD`. */
  readonly date: string;
  readonly bars: readonly Bar[];
}

const HEADING = `# Benchmarks

Figures of \`npm run bench -- NAME --write\`, which replaces the section of the benchmark that it ran. A figure is
compared with a reference that was measured in the same run, in turns with it. The ratio is the geometric mean over
the rounds; its 95 % interval comes from Student's t on the logarithms of the rounds' ratios. CPU time is that of the
server's whole process tree, user and system.

Where servers have one core, a server with enough to do answers about as many requests a second as a CPU-second. If it
answered far fewer, other programs took the core meanwhile: then requests per second and latencies say little, and
requests per CPU-second are what counts.
`;

/**
 * The text of the page with the benchmark's section replaced, or added at the end. Pass an empty `page` for a new
 * one. Everything else on the page stays.
 */
export function updatePage(page: string, summary: Summary): string {
  const begin = `<!-- begin ${summary.bench} -->`;
  const end = `<!-- end ${summary.bench} -->`;
  const section = `${begin}\n\n${formatSection(summary)}\n${end}\n`;
  const base = page === '' ? HEADING : page;

  const start = base.indexOf(begin);
  const stop = base.indexOf(end);
  if (start === -1 && stop === -1) return `${base}\n${section}`;
  if (start === -1 || stop < start)
    throw new Error(`The page has only one of ${begin} and ${end}, or in this order`);
  return base.slice(0, start) + section + base.slice(stop + end.length + 1);
}

function formatSection({ bench, summary, setting, machine, date, bars }: Summary): string {
  const rows = bars.map((bar) => [
    bar.bar,
    figure(bar.measured.value, bar.measured.unit),
    `${bar.reference.name}: ${figure(bar.reference.value, bar.reference.unit)}`,
    String(round(bar.value)),
    bar.interval.map((limit) => String(round(limit))).join(' to '),
    bar.aim === undefined ? '' : String(bar.aim),
  ]);
  return `## ${bench}

${capitalise(summary)}.

- Date: ${date}
- Machine: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.kernel}; load average before the run ${round(machine.loadAverage)}
- Versions: ${machine.node}, ${machine.wrk}, Redis ${machine.redis}
- Setting: ${setting}

${table(['figure', 'measured', 'reference', 'ratio', '95 % interval', 'aim'], rows)}`;
}

/** A table whose columns are as wide as their widest cell, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |\n`;
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('');
}

function figure(value: number, unit: string): string {
  return `${round(value)} ${unit}`;
}

function capitalise(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
