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
  /** The comment above it, `<!-- KEY: VALUE -->`, such as `not run here: REASON`. */
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
    const [, key, value] = /^<!-- ([a-z ]+): (.+) -->$/.exec(above) ?? [];
    const mark = key === undefined || value === undefined ? undefined : { key, value };
    blocks.push({ page, line: start + 1, language, lines: lines.slice(start + 1, end), mark });
    start = end;
  }
  return blocks;
}

/** Whether a block holds commands. */
export function isShell({ language }: FencedBlock): boolean {
  return SHELLS.has(language);
}
