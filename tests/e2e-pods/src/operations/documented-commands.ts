import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../places.ts';

const PAGES = 'docs/operations';

/** Languages of fenced blocks that people paste into a shell. */
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'shell', 'console']);

/** A fenced block of a page. */
export interface FencedBlock {
  /** Path of the page from the root of the repository. */
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly lines: readonly string[];
  /** The comment above it: `run by: FILE` or `not run here: REASON`. */
  readonly mark: { readonly key: string; readonly value: string } | undefined;
}

/** The fenced blocks of Markdown. Throws for one that does not end. */
export function fencedBlocks(markdown: string, page: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  const lines = markdown.split('\n');
  for (let start = 0; start < lines.length; start++) {
    const language = /^```(.*)$/.exec(lines[start] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', start + 1);
    if (end === -1) throw new Error(`${page}:${start + 1} has a block that does not end`);
    const above = lines.slice(0, start).findLast((line) => line.trim() !== '') ?? '';
    const [, key, value] = /^<!-- (run by|not run here): (.+) -->$/.exec(above) ?? [];
    const mark = key === undefined || value === undefined ? undefined : { key, value };
    blocks.push({ page, line: start + 1, language, lines: lines.slice(start + 1, end), mark });
    start = end;
  }
  return blocks;
}

/** All fenced blocks of the operations pages. */
export async function operationsBlocks(): Promise<FencedBlock[]> {
  const pages = (await readdir(join(REPOSITORY, PAGES))).filter((name) => name.endsWith('.md'));
  const blocks = pages.map(async (name) => {
    const page = `${PAGES}/${name}`;
    return fencedBlocks(await readFile(join(REPOSITORY, page), 'utf8'), page);
  });
  return (await Promise.all(blocks)).flat();
}

/** Whether a block holds commands. */
export function isShell({ language }: FencedBlock): boolean {
  return SHELLS.has(language);
}

/** The commands of a block. */
export function commands({ lines }: FencedBlock): string[] {
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/**
 * The command of the operations pages that begins with `start` and says that a test runs it: that test takes it from here,
 * so that it runs what is written. Throws unless there is exactly one.
 */
export async function documentedCommand(start: string): Promise<string> {
  const run = (await operationsBlocks()).filter((block) => isShell(block) && block.mark?.key === 'run by');
  const found = run.flatMap(commands).filter((command) => command.startsWith(start));
  const [command] = found;
  if (command === undefined || found.length > 1)
    throw new Error(`${PAGES} has ${found.length} commands that begin with ${JSON.stringify(start)}`);
  return command;
}
