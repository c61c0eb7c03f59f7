import { ERROR_CATALOGUE } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderErrorReference } from './error-reference.ts';
import { renderHttpReference } from './http-reference.ts';
import { readOpenApi } from './open-api.ts';
import { referencePages } from './reference-pages.ts';

test('renderErrorReference describes every code and links to each from its table', () => {
  const page = renderErrorReference();
  for (const code of Object.keys(ERROR_CATALOGUE)) {
    assert.ok(page.includes(`\n## \`${code}\`\n`), `${code} has no section`);
    assert.ok(page.includes(`[\`${code}\`](#${code.replace('.', '')})`), `${code} is not linked to`);
  }
});

test('readOpenApi describes the routes that the servers have', async () => {
  const { edge, upload } = await readOpenApi();
  assert.ok(edge.paths['/f/{user}/{func}']?.['post']);
  assert.ok(edge.paths['/calls/{id}']?.['delete']);
  assert.ok(upload.paths['/f/{user}/{func}']?.['put']);
});

test('renderHttpReference has a section for each method of each path but those of operations', () => {
  const operation = { summary: 'Do it', tags: ['calls'] };
  const edge = {
    info: { title: 'edge' },
    paths: {
      '/f/{user}': {
        post: { ...operation, parameters: [{ name: 'wait', in: 'query', description: 'So long' }] },
        get: { ...operation, requestBody: { content: { 'application/json': {} } } },
      },
      '/healthz': { get: { ...operation, tags: ['operations'] } },
    },
  };
  const page = renderHttpReference({ edge, upload: { info: { title: 'upload' }, paths: {} } });
  assert.deepEqual(
    [...page.matchAll(/^### `(.+)`$/gm)].map(([, name]) => name),
    ['POST /f/{user}', 'GET /f/{user}'],
  );
  assert.match(page, /^\| `wait` \| query \| So long \|$/m);
  assert.match(page, /^Body: `application\/json`\.$/m);
});

test('referencePages gives the same pages each time', async () => {
  assert.deepEqual(await referencePages(), await referencePages());
});
