import { fencedBlocks, isShell, type FencedBlock } from '@faasm/test-support';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../places.ts';

const PAGES = 'docs/operations';

/** All fenced blocks of the operations pages. */
export async function operationsBlocks(): Promise<FencedBlock[]> {
  const pages = (await readdir(join(REPOSITORY, PAGES))).filter((name) => name.endsWith('.md'));
  const blocks = pages.map(async (name) => {
    const page = `${PAGES}/${name}`;
    return fencedBlocks(await readFile(join(REPOSITORY, page), 'utf8'), page);
  });
  return (await Promise.all(blocks)).flat();
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
