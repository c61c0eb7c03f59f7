import { packBundle, TreeBuilder } from '@faasm/filesystem';
import { corpusModule } from '@faasm/guests';
import { NO_SETTINGS, packFiles } from '@faasm/functions';
import { FaasmError } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Executor } from './executor.ts';
import { call, executorOf, never } from './executor-under-test.ts';

const KIB = 1024;

/** What a function's file holds: its name, to 10 KiB. */
function contentOf(name: string): string {
  return name.padEnd(10 * KIB, '.');
}

function treeOf(name: string): TreeBuilder {
  const tree = new TreeBuilder({ entriesMax: 1, bytesMax: 10 * KIB });
  tree.addFile('greeting.txt', Buffer.from(contentOf(name)));
  return tree;
}

/** Any function has one file; `reads` are those whose files were read. */
async function world(
  t: TestContext,
  given: { threads: number; keptFilesBytesMax: number },
): Promise<{ executor: Executor; reads: string[] }> {
  const wasm = await corpusModule('files');
  const reads: string[] = [];
  const executor = executorOf(
    t,
    {},
    {
      ...given,
      limits: { memoryBytes: 16 * 65_536, outputBytes: 100 * KIB, logBytes: 64 },
      versions: {
        resolve: async ({ name }) => {
          const { facts: files } = packFiles(treeOf(name)) ?? {};
          return await Promise.resolve({
            digest: name,
            settings: NO_SETTINGS,
            ...(files === undefined ? {} : { parts: { module: 'module', files } }),
          });
        },
      },
      store: {
        read: async () => await Promise.resolve(wasm),
        readObject: async () => await Promise.resolve(undefined),
        readFiles: async ({ name }) => {
          reads.push(name);
          if (name === 'lost') throw new FaasmError('store.unavailable', 'Bundle of lost cannot be read');
          const packed = packBundle(treeOf(name).root);
          const shared = new Uint8Array(new SharedArrayBuffer(packed.byteLength));
          shared.set(packed);
          return await Promise.resolve(shared);
        },
      },
    },
  );
  return { executor, reads };
}

async function print(executor: Executor, name: string): Promise<string> {
  const { output, outcome } = await executor.run(
    { ...call(name), input: Buffer.from('/greeting.txt') },
    never,
  );
  assert.equal(outcome.type, 'success', JSON.stringify(outcome));
  return Buffer.from(output).toString();
}

function printed(name: string): string {
  return `constructor ${contentOf(name).slice(0, 99)}\n${contentOf(name)}`;
}

test('Executor.run gives calls the files of their function, which are read once for all threads (I5)', async (t) => {
  const { executor, reads } = await world(t, { threads: 2, keptFilesBytesMax: KIB * KIB });
  const names = Array.from({ length: 12 }, (_, i) => `f${i % 3}`);
  const all = await Promise.all(names.map(async (name) => await print(executor, name)));
  assert.deepEqual(all, names.map(printed));
  assert.deepEqual(reads.toSorted(), ['f0', 'f1', 'f2']);
});

test('Executor.run gives up the files that were used longest ago when there are more bytes than are kept', async (t) => {
  const { executor, reads } = await world(t, { threads: 1, keptFilesBytesMax: 25 * KIB });
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) assert.equal(await print(executor, name), printed(name));
  assert.deepEqual(reads, ['a', 'b', 'c', 'b']);
});

test('Executor.run answers with what kept the files from being read, and tries again', async (t) => {
  const { executor, reads } = await world(t, { threads: 1, keptFilesBytesMax: KIB });
  for (let i = 0; i < 2; i++) {
    const { outcome } = await executor.run(call('lost'), never);
    assert.deepEqual(outcome, {
      type: 'error',
      code: 'store.unavailable',
      message: 'Bundle of lost cannot be read',
    });
  }
  assert.equal(reads.length, 2);
});

test('Executor.run keeps the files of the function that was called last, however large they are', async (t) => {
  const { executor, reads } = await world(t, { threads: 1, keptFilesBytesMax: KIB });
  for (const name of ['a', 'a', 'b', 'b', 'a']) assert.equal(await print(executor, name), printed(name));
  assert.deepEqual(reads, ['a', 'b', 'a']);
});
