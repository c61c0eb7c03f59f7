import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { compileProgram } from './compile-program.ts';
import { debianSource } from './debian-source.ts';
import { FunctionServer } from './function-server.ts';

const zlib = await debianSource('zlib');

/** Bytes of every value: 300 KB that do not compress, text, and zeros. */
const BINARY = Buffer.concat([
  ...Array.from({ length: 10_000 }, (_, i) => createHash('sha256').update(String(i)).digest()),
  Buffer.from('what compresses well '.repeat(20_000)),
  Buffer.alloc(500_000),
]);

describe('zlib', { skip: zlib.skip }, () => {
  let server: FunctionServer;

  before(async () => {
    const library = (await readdir(zlib.folder)).filter((name) => name.endsWith('.c'));
    const compile = async (program: string): Promise<Uint8Array> =>
      await compileProgram({
        folder: zlib.folder,
        sources: [program, ...library],
        flags: ['-I.', '-DHAVE_UNISTD_H'],
      });
    const [example, minigzip] = await Promise.all([compile('test/example.c'), compile('test/minigzip.c')]);
    server = await FunctionServer.start();
    await server.deploy({ name: 'me/example', wasm: example });
    for (const level of [1, 6, 9])
      await server.deploy({ name: `me/gzip-${level}`, wasm: minigzip, args: [`-${level}`] });
    await server.deploy({ name: 'me/gunzip', wasm: minigzip, args: ['-d'] });
  });
  after(async () => await server.stop());

  test('example passes the tests of the library, with a file of its own', async () => {
    const printed = await server.print('me/example');
    for (const line of [
      'uncompress(): hello, hello!',
      'gzread(): hello, hello!',
      'gzgets() after gzseek:  hello!',
      'inflate(): hello, hello!',
      'large_inflate(): OK',
      'after inflateSync(): hello, hello!',
      'inflate with dictionary: hello, hello!',
    ])
      assert.ok(printed.split('\n').includes(line), `${line} in:\n${printed}`);
  });

  test('minigzip packs binary data at each level, and others and itself unpack it', async () => {
    const sizes: number[] = [];
    for (const level of [1, 6, 9]) {
      const packed = await server.call(`me/gzip-${level}`, BINARY);
      assert.equal(packed.status, 200);
      assert.ok(gunzipSync(packed.output).equals(BINARY));
      const back = await server.call('me/gunzip', new Uint8Array(packed.output));
      assert.ok(back.output.equals(BINARY));
      sizes.push(packed.output.byteLength);
    }
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => b - a),
    );
  });

  test('minigzip unpacks what others packed, and refuses what is cut off', async () => {
    const packed = new Uint8Array(gzipSync(BINARY));
    assert.ok((await server.call('me/gunzip', packed)).output.equals(BINARY));
    const cut = await server.call('me/gunzip', packed.subarray(0, packed.byteLength / 2));
    assert.equal(cut.status, 500);
    const { code, stderr } = JSON.parse(cut.output.toString()) as Record<string, unknown>;
    assert.equal(code, 'guest.exit');
    assert.match(String(stderr), /failed gzclose/);
  });
});
