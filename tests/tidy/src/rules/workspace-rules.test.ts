import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn, manifest, type Tree } from '../planted.ts';
import { dependencies } from './dependencies.ts';
import { layers } from './layers.ts';

const WORKSPACES: Tree = {
  'package.json': manifest('root', [], ['fast-check']),
  'packages/stdx/package.json': manifest('@faasm/stdx'),
  'packages/protocol/package.json': manifest('@faasm/protocol'),
  'packages/faaslet/package.json': manifest('@faasm/faaslet'),
  'packages/scheduler/package.json': manifest('@faasm/scheduler'),
  'adapters/redis/package.json': manifest('@faasm/adapter-redis'),
  'adapters/memory/package.json': manifest('@faasm/adapter-memory'),
  'tests/support/package.json': manifest('@faasm/test-support'),
};

test('layers lets imports go downwards, and tests reach for the helpers of tests', () => {
  assert.deepEqual(
    findingsIn(layers, {
      ...WORKSPACES,
      'packages/protocol/src/call.ts': "import { text } from '@faasm/stdx';\nimport './frame.ts';",
      'adapters/redis/src/queue.ts':
        "import 'redis';\nimport { readFile } from 'node:fs';\nimport '@faasm/scheduler';",
      'adapters/redis/src/queue.test.ts': "import '@faasm/test-support';",
    }),
    [],
  );
});

test('layers finds imports upwards and sideways, whatever form they have', () => {
  assert.deepEqual(
    findingsIn(layers, {
      ...WORKSPACES,
      'packages/stdx/src/a.ts': "\nimport type { Call } from '@faasm/protocol';",
      'packages/faaslet/src/b.ts': "export { take } from '@faasm/scheduler/contracts';",
      'adapters/redis/src/c.ts':
        "const x = await import('@faasm/adapter-memory');\nimport.meta.resolve('@faasm/test-support');",
    }),
    [
      'packages/stdx/src/a.ts:2 packages/stdx may not import packages/protocol: it is not in a layer below',
      'packages/faaslet/src/b.ts:1 packages/faaslet may not import packages/scheduler: it is not in a layer below',
      'adapters/redis/src/c.ts:1 adapters/redis may not import adapters/memory: it is not in a layer below',
      'adapters/redis/src/c.ts:2 adapters/redis may not import tests/support: it is not in a layer below',
    ],
  );
});

test('layers finds a path into another workspace, an import of itself, and a workspace without a layer', () => {
  assert.deepEqual(
    findingsIn(layers, {
      ...WORKSPACES,
      'packages/new/package.json': manifest('@faasm/new'),
      'packages/protocol/src/a.ts': "import '../../stdx/src/ids.ts';\nimport '@faasm/protocol';",
    }),
    [
      'packages/new/package.json:1 packages/new has no layer',
      'packages/protocol/src/a.ts:1 ../../stdx/src/ids.ts leaves packages/protocol',
      'packages/protocol/src/a.ts:2 @faasm/protocol is this workspace',
    ],
  );
});

test('dependencies accepts a manifest that says what production and tests import', () => {
  assert.deepEqual(
    findingsIn(dependencies, {
      ...WORKSPACES,
      'adapters/redis/package.json': manifest('@faasm/adapter-redis', ['redis'], ['@faasm/test-support']),
      'adapters/redis/src/a.ts': "import { createClient } from 'redis';\nimport 'node:fs';",
      'adapters/redis/src/a.test.ts': "import '@faasm/test-support';\nimport 'fast-check';\nimport 'redis';",
    }),
    [],
  );
});

test('dependencies finds what is not declared, what is not imported, and what only tests import', () => {
  assert.deepEqual(
    findingsIn(dependencies, {
      ...WORKSPACES,
      'adapters/redis/package.json': manifest('@faasm/adapter-redis', ['pino', 'redis'], ['unused-tool']),
      'adapters/redis/src/a.ts': "\nimport '@faasm/stdx';\nimport 'fast-check';",
      'adapters/redis/src/a.test.ts': "import 'redis';\nimport '@faasm/test-support';",
    }),
    [
      'adapters/redis/src/a.ts:2 @faasm/stdx is imported',
      'adapters/redis/src/a.ts:3 fast-check is imported',
      'adapters/redis/src/a.test.ts:2 @faasm/test-support is imported',
      'adapters/redis/package.json:4 pino is not imported',
      'adapters/redis/package.json:5 redis is imported in development only',
      'adapters/redis/package.json:8 unused-tool is not imported',
    ],
  );
});
