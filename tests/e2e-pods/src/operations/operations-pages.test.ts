import { isShell } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { NO_KUBECTL, runKubectl } from '../manifests/kubectl.ts';
import { named } from '../manifests/kubernetes-object.ts';
import { renderOverlay, type Overlay } from '../manifests/overlay.ts';
import { REPOSITORY } from '../places.ts';
import { commands, documentedCommand, operationsBlocks } from './documented-commands.ts';

/** A reason is a sentence's worth: `no` is none. */
const REASON_CHARS_MIN = 15;

test('each command of the operations pages is run by a test, or says why it is not', async () => {
  const blocks = (await operationsBlocks()).filter(isShell);
  assert.ok(blocks.length >= 15, `${blocks.length} blocks`);
  for (const block of blocks) {
    const place = `${block.page}:${block.line}`;
    assert.ok(block.mark, `${place} has neither "run by" nor "not run here" above it`);
    if (block.mark.key === 'run by') await assertRunBy(block.mark.value, commands(block), place);
    else assert.ok(block.mark.value.length >= REASON_CHARS_MIN, `${place} needs a reason`);
  }
});

test('each file that the operations pages name as a test or a place is there', async () => {
  const blocks = await operationsBlocks();
  const texts = await Promise.all(
    [...new Set(blocks.map(({ page }) => page))].map(
      async (page) => await readFile(join(REPOSITORY, page), 'utf8'),
    ),
  );
  const paths = texts.flatMap((text) => text.match(/\btests\/[\w./-]+\.ts\b/g) ?? []);
  assert.ok(paths.length >= 8, `${paths.length} paths`);
  for (const path of paths) await readFile(join(REPOSITORY, path));
});

test('the table of the published page names tests that exist, by words of their titles', async () => {
  const readme = await readFile(join(REPOSITORY, 'docs/operations/README.md'), 'utf8');
  const rows = readme
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
  assert.ok(rows.length >= 20, `${rows.length} rows`);
  for (const row of rows) {
    const shownBy = row.split(' | ').at(-1) ?? '';
    for (const [, file = '', title] of shownBy.matchAll(/`([\w/-]+\.test\.ts)`(?:: "([^"]+)")?/g)) {
      const source = await readFile(join(REPOSITORY, 'tests/e2e-pods/src', file), 'utf8');
      if (title !== undefined)
        assert.ok(
          withNames(source).includes(title),
          `${file} has no test with ${JSON.stringify(title)} in its title`,
        );
    }
  }
});

test('kubectl renders the overlay that the Kubernetes page names', skipWithoutKubectl(), async () => {
  const [, ...args] = (await documentedCommand('kubectl kustomize')).split(' ');
  assert.match(await runKubectl(args), /^kind: Deployment$/m);
});

test('kubectl renders the example of an own overlay', skipWithoutKubectl(), async () => {
  const example = (await operationsBlocks()).find(({ lines }) => lines[0]?.includes('overlays/mine'));
  assert.ok(example);
  const objects = await renderOverlay(parse(example.lines.join('\n')) as Overlay);
  assert.equal(named(objects, 'PersistentVolume', 'faasm-functions').spec?.nfs?.server, '10.0.0.10');
  assert.equal(named(objects, 'Service', 'edge').spec?.type, 'NodePort');
  const edge = named(objects, 'Deployment', 'edge').spec?.template.spec?.containers[0];
  assert.match(String(edge?.image), /^registry\.example\.com\/faasm:/);
});

/** A test runs a command when it takes it from the page, by how it begins. */
async function assertRunBy(path: string, run: readonly string[], place: string): Promise<void> {
  const source = await readFile(join(REPOSITORY, path), 'utf8');
  const starts = [...source.matchAll(/documentedCommand\('([^']+)'\)/g)].map(([, start = '']) => start);
  for (const command of run)
    assert.ok(
      starts.some((start) => command.startsWith(start)),
      `${place} says that ${path} runs ${JSON.stringify(command)}, which does not ask for it`,
    );
}

/** Source with the names that titles are made of in the place of expressions. */
function withNames(source: string): string {
  const names = ['edge', 'worker', 'upload', 'redis-queue', 'redis-state'];
  return [source, ...names.map((name) => source.replaceAll('${name}', name))].join('\n');
}

function skipWithoutKubectl(): { skip?: string } {
  return NO_KUBECTL === undefined ? {} : { skip: NO_KUBECTL };
}
