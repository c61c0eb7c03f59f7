import { posix } from 'node:path';
import type { Finding, Rule, SourceFile } from '../rule.ts';

const FOLDER = 'docs/decisions';
const INDEX = `${FOLDER}/README.md`;
const HEADINGS = ['Context', 'Decision', 'Consequences', 'Evidence'];

/** Records of decisions look alike, and the index has them all. */
export const decisions: Rule = {
  id: 'decisions',
  title: `each record in ${FOLDER} has a number, four headings and a row in the index`,
  filesMin: 3,
  applies: (path) => path.startsWith(`${FOLDER}/`) && path.endsWith('.md'),
  check: (files) => {
    const index = files.find(({ path }) => path === INDEX)?.text ?? '';
    return files.filter(({ path }) => path !== INDEX).flatMap((record) => checkRecord(record, index));
  },
};

function checkRecord({ path, text }: SourceFile, index: string): Finding[] {
  const name = posix.basename(path);
  const complaints: string[] = [];
  if (!/^\d{4}-[a-z0-9-]+\.md$/.test(name))
    complaints.push('is not named NNNN-what-was-decided.md; rename it');
  if (!text.startsWith(`# ${name.slice(0, 4)}: `))
    complaints.push('has a title without its number; begin with it');
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  if (headings.join() !== HEADINGS.join()) {
    complaints.push(`has the headings ${headings.join(', ')}; it should have ${HEADINGS.join(', ')}`);
  }
  if (!index.includes(`(${name})`)) complaints.push(`is not in the index; add a row to ${INDEX}`);
  return complaints.map((complaint) => ({ path, line: 1, message: `${name} ${complaint}` }));
}
