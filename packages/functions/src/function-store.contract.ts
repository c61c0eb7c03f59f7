import { openBundle, TreeBuilder } from '@faasm/filesystem';
import { functionRef, isFaasmError, type ErrorCode, type FunctionRef } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { NO_SETTINGS } from './function-settings.ts';
import { packFiles, versionDigest } from './version-files.ts';
import type { FunctionRecord, FunctionStore, Publication, StagedModule } from './function-store.ts';

/** An empty store that a test has for itself. */
export interface StoreUnderTest {
  readonly store: FunctionStore;
  /** Undoes what making it did. */
  close(): Promise<void>;
}

const ECHO = functionRef('demo', 'echo');
const LIMIT_BYTES = 1_000;

/** Registers the tests that every {@link FunctionStore} passes. */
export function functionStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name} as FunctionStore`, () => {
    for (const [title, run] of Object.entries(CASES)) {
      it(title, async () => {
        const world = await makeStore();
        try {
          await run(world.store);
        } finally {
          await world.close();
        }
      });
    }
  });
}

/** Bytes that arrive in chunks of 7. */
export async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 7) yield await Promise.resolve(bytes.subarray(at, at + 7));
}

/** What would be known of a staged module. */
export function versionOf({ digest, sizeBytes }: StagedModule): Publication['version'] {
  return { digest, sizeBytes, uploadedAt: 1_700_000_000_000, imports: ['env.a'], warnings: [] };
}

/** Stages and publishes. */
export async function put(
  store: FunctionStore,
  ref: FunctionRef,
  bytes: Uint8Array,
): Promise<FunctionRecord> {
  return await putWithObjects(store, ref, { bytes, objects: {} });
}

async function putWithObjects(
  store: FunctionStore,
  ref: FunctionRef,
  { bytes, objects }: { bytes: Uint8Array; objects: Readonly<Record<string, Uint8Array>> },
): Promise<FunctionRecord> {
  const staged = await store.stage(inChunks(bytes), LIMIT_BYTES);
  const version = versionOf(staged);
  const publication = { staged, version, objects: new Map(Object.entries(objects)), files: undefined };
  return await store.publish(ref, publication);
}

/** Publishes a module with one file. */
async function putWithFile(
  store: FunctionStore,
  ref: FunctionRef,
  { module, file }: { module: string; file: string },
): Promise<FunctionRecord> {
  const tree = new TreeBuilder({ entriesMax: 1, bytesMax: LIMIT_BYTES });
  tree.addFile('file', Buffer.from(file));
  const files = packFiles(tree);
  const staged = await store.stage(inChunks(Buffer.from(module)), LIMIT_BYTES);
  const digest = versionDigest(staged.digest, files?.facts);
  const parts = files === undefined ? {} : { parts: { module: staged.digest, files: files.facts } };
  const version = { ...versionOf(staged), digest, ...parts };
  return await store.publish(ref, {
    staged,
    version,
    objects: new Map([['made', Buffer.from(module)]]),
    files,
  });
}

/** The file of a version's bundle; undefined when it has no files. */
async function readFile(store: FunctionStore, ref: FunctionRef, digest: string): Promise<string | undefined> {
  const bundle = await store.readFiles(ref, digest);
  if (bundle === undefined) return undefined;
  assert.ok(bundle.buffer instanceof SharedArrayBuffer);
  const root = openBundle(bundle);
  const file = root.kind === 'directory' ? root.entries.get('file') : undefined;
  return file?.kind === 'file' ? Buffer.from(file.bytes).toString() : undefined;
}

async function refused(action: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(action, (error) => isFaasmError(error, code));
}

const CASES: Record<string, (store: FunctionStore) => Promise<void>> = {
  'FunctionStore.stage keeps the bytes and names them by their SHA-256': async (store) => {
    const staged = await store.stage(inChunks(Buffer.from('hello world')), LIMIT_BYTES);
    assert.equal(staged.digest, 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9');
    assert.equal(staged.sizeBytes, 11);
    assert.deepEqual(Buffer.from(await staged.read()), Buffer.from('hello world'));
    await staged.discard();
  },

  'FunctionStore.stage takes as many bytes as its bound and refuses one more': async (store) => {
    assert.equal((await store.stage(inChunks(randomBytes(LIMIT_BYTES)), LIMIT_BYTES)).sizeBytes, LIMIT_BYTES);
    await refused(store.stage(inChunks(randomBytes(LIMIT_BYTES + 1)), LIMIT_BYTES), 'module.too_large');
  },

  'FunctionStore.publish makes a module current and keeps the older versions': async (store) => {
    const first = await put(store, ECHO, Buffer.from('one'));
    const second = await put(store, ECHO, Buffer.from('two'));
    assert.deepEqual(await store.current(ECHO), { digest: second.current, settings: NO_SETTINGS });
    assert.deepEqual(
      second.versions.map(({ digest }) => digest),
      [first.current, second.current],
    );
    assert.deepEqual(await store.describe(ECHO), second);
    assert.equal(Buffer.from(await store.read(ECHO, first.current)).toString(), 'one');
    assert.equal(Buffer.from(await store.read(ECHO, second.current)).toString(), 'two');
  },

  'FunctionStore.publish of the same bytes gives the same version, once': async (store) => {
    const first = await put(store, ECHO, Buffer.from('one'));
    await put(store, ECHO, Buffer.from('two'));
    const again = await put(store, ECHO, Buffer.from('one'));
    assert.equal(again.current, first.current);
    assert.equal(again.versions.length, 2);
    assert.equal(again.versions.at(-1)?.digest, first.current);
  },

  'FunctionStore.readObject gives what was published beside a module, and nothing else': async (store) => {
    const objects = { 'prepared-1': Buffer.from('object') };
    const { current: digest } = await putWithObjects(store, ECHO, { bytes: Buffer.from('one'), objects });
    const read = async (name: string): Promise<string | undefined> => {
      const bytes = await store.readObject(ECHO, { digest, name });
      return bytes === undefined ? undefined : Buffer.from(bytes).toString();
    };
    assert.equal(await read('prepared-1'), 'object');
    for (const name of ['prepared-2', '', '../current', 'toString'])
      assert.equal(await read(name), undefined);
    assert.equal(Buffer.from(await store.read(ECHO, digest)).toString(), 'one');
    await refused(store.readObject(ECHO, { digest: '0'.repeat(64), name: 'prepared-1' }), 'version.unknown');
  },

  'FunctionStore.publish adds the object files that a stored version lacks': async (store) => {
    const bytes = Buffer.from('one');
    await putWithObjects(store, ECHO, { bytes, objects: { 'prepared-1': Buffer.from('old') } });
    const record = await putWithObjects(store, ECHO, {
      bytes,
      objects: { 'prepared-2': Buffer.from('new') },
    });
    assert.equal(record.versions.length, 1);
    for (const [name, content] of Object.entries({ 'prepared-1': 'old', 'prepared-2': 'new' })) {
      const object = await store.readObject(ECHO, { digest: record.current, name });
      assert.equal(object === undefined ? object : Buffer.from(object).toString(), content);
    }
  },

  'FunctionStore.publish keeps files with their module, as one version that setCurrent brings back': async (
    store,
  ) => {
    const plain = await put(store, ECHO, Buffer.from('one'));
    const first = await putWithFile(store, ECHO, { module: 'one', file: 'hello' });
    const second = await putWithFile(store, ECHO, { module: 'one', file: 'hi' });
    const other = await putWithFile(store, ECHO, { module: 'two', file: 'hi' });
    assert.equal(new Set([plain.current, first.current, second.current, other.current]).size, 4);
    for (const [{ current: digest }, module, file] of [
      [plain, 'one', undefined],
      [first, 'one', 'hello'],
      [second, 'one', 'hi'],
      [other, 'two', 'hi'],
    ] as const) {
      await store.setCurrent(ECHO, digest);
      const current = await store.current(ECHO);
      assert.equal(current?.digest, digest);
      assert.equal(current.parts === undefined, file === undefined);
      assert.equal(Buffer.from(await store.read(ECHO, digest)).toString(), module);
      assert.equal(await readFile(store, ECHO, digest), file);
      const object = await store.readObject(ECHO, { digest, name: 'made' });
      assert.equal(object === undefined ? undefined : Buffer.from(object).toString(), file && module);
    }
    const { versions = [] } = (await store.describe(ECHO)) ?? {};
    assert.deepEqual(
      versions.map(({ parts }) => parts?.files.sizeBytes),
      [undefined, 5, 2, 2],
    );
    assert.equal((await putWithFile(store, ECHO, { module: 'one', file: 'hello' })).current, first.current);
    await refused(store.readFiles(ECHO, '0'.repeat(64)), 'version.unknown');
    assert.equal(await store.remove(ECHO), true);
    await refused(store.readFiles(ECHO, first.current), 'version.unknown');
  },

  'FunctionStore.setCurrent goes back to a version and refuses unknown ones': async (store) => {
    const first = await put(store, ECHO, Buffer.from('one'));
    await put(store, ECHO, Buffer.from('two'));
    assert.equal((await store.setCurrent(ECHO, first.current)).current, first.current);
    assert.equal((await store.current(ECHO))?.digest, first.current);
    for (const digest of ['0'.repeat(64), 'current', '../../../etc/passwd', '']) {
      await refused(store.setCurrent(ECHO, digest), 'version.unknown');
      await refused(store.read(ECHO, digest), 'version.unknown');
    }
    await refused(store.setCurrent(functionRef('demo', 'nobody'), first.current), 'function.unknown');
  },

  'FunctionStore.setSettings keeps what was chosen through new versions and going back, until it is replaced':
    async (store) => {
      const chosen = {
        limits: { memoryBytes: 65_536, timeoutMs: 5 },
        environment: { GREETING: 'grüß dich', EMPTY: '' },
        arguments: ['--verbose', 'a b'],
      };
      const settings = async (): Promise<unknown> => (await store.current(ECHO))?.settings;
      await refused(store.setSettings(ECHO, chosen), 'function.unknown');
      const first = await put(store, ECHO, Buffer.from('one'));
      await store.setSettings(ECHO, chosen);
      assert.deepEqual(await store.current(ECHO), { digest: first.current, settings: chosen });
      await put(store, ECHO, Buffer.from('two'));
      assert.deepEqual(await settings(), chosen);
      await store.setCurrent(ECHO, first.current);
      assert.deepEqual(await store.current(ECHO), { digest: first.current, settings: chosen });
      assert.equal((await store.describe(ECHO))?.versions.length, 2);
      const others = { ...NO_SETTINGS, limits: { logBytes: 1 } };
      await store.setSettings(ECHO, others);
      assert.deepEqual(await settings(), others);
      await store.setSettings(ECHO, NO_SETTINGS);
      assert.deepEqual(await settings(), NO_SETTINGS);
    },

  'FunctionStore.setSettings beside publishes at once loses neither': async (store) => {
    await put(store, ECHO, Buffer.from('first'));
    const publishing = Promise.all(
      Array.from({ length: 20 }, async (_, i) => await put(store, ECHO, Buffer.from(`body ${i}`))),
    );
    for (let i = 1; i <= 20; i++)
      await store.setSettings(ECHO, { ...NO_SETTINGS, limits: { outputBytes: i } });
    await publishing;
    assert.deepEqual((await store.current(ECHO))?.settings, { ...NO_SETTINGS, limits: { outputBytes: 20 } });
    assert.equal((await store.describe(ECHO))?.versions.length, 21);
  },

  'FunctionStore.remove takes a function away with all its versions and settings': async (store) => {
    const { current } = await put(store, ECHO, Buffer.from('one'));
    await store.setSettings(ECHO, { ...NO_SETTINGS, limits: { logBytes: 1 } });
    assert.equal(await store.remove(ECHO), true);
    assert.equal(await store.remove(ECHO), false);
    assert.equal(await store.current(ECHO), undefined);
    assert.equal(await store.describe(ECHO), undefined);
    await refused(store.read(ECHO, current), 'version.unknown');
    assert.equal((await put(store, ECHO, Buffer.from('new'))).versions.length, 1);
    assert.deepEqual((await store.current(ECHO))?.settings, NO_SETTINGS);
  },

  'FunctionStore.list orders by user and name, and keeps users apart': async (store) => {
    for (const [user, name] of [
      ['b', 'two'],
      ['a', 'two'],
      ['a', 'one'],
    ] as const) {
      await put(store, functionRef(user, name), Buffer.from(user + name));
    }
    const listed = async (user?: string): Promise<string[]> =>
      (await store.list(user)).map((record) => `${record.function.user}/${record.function.name}`);
    assert.deepEqual(await listed(), ['a/one', 'a/two', 'b/two']);
    assert.deepEqual(await listed('a'), ['a/one', 'a/two']);
    assert.deepEqual(await listed('nobody'), []);
    assert.deepEqual(await listed('..'), []);
  },

  'FunctionStore keeps every one of many publishes at once': async (store) => {
    const bodies = Array.from({ length: 20 }, (_, i) => Buffer.from(`body ${i}`));
    await Promise.all(bodies.map(async (body) => await put(store, ECHO, body)));
    const record = await store.describe(ECHO);
    assert.equal(record?.versions.length, 20);
    assert.equal(record.versions.at(-1)?.digest, record.current);
  },
};
