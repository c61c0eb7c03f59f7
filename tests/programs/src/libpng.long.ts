import assert from 'node:assert/strict';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compileProgram } from './compile-program.ts';
import { debianSource } from './debian-source.ts';
import { filesBelow } from './files-below.ts';
import { FunctionServer } from './function-server.ts';

const libpng = await debianSource('libpng1.6');
const zlib = await debianSource('zlib');

/** Where a file has its bit depth and its colour type. */
const [BIT_DEPTH_OFFSET, COLOUR_TYPE_OFFSET] = [24, 25];
/** Grey, RGB, palette, grey with alpha, RGB with alpha. */
const COLOUR_TYPES = new Set([0, 2, 3, 4, 6]);

describe('libpng', { skip: libpng.skip || zlib.skip }, () => {
  const pngsuite = join(libpng.folder, 'contrib/pngsuite');
  const crashers = join(libpng.folder, 'contrib/testpngs/crashers');
  let server: FunctionServer;
  let wasm: Uint8Array;

  before(async () => {
    await copyFile(join(libpng.folder, 'scripts/pnglibconf.h.prebuilt'), join(libpng.folder, 'pnglibconf.h'));
    const sources = (await readdir(libpng.folder)).filter((name) => /^png.*\.c$/.test(name));
    const library = (await readdir(zlib.folder)).filter((name) => name.endsWith('.c'));
    wasm = await compileProgram({
      folder: libpng.folder,
      sources: [...sources, ...library.map((name) => join(zlib.folder, name))],
      flags: ['-I.', `-I${zlib.folder}`, '-DHAVE_UNISTD_H'],
    });
    server = await FunctionServer.start();
  });
  after(async () => await server.stop());

  /** What pngtest prints of each image, by the path. */
  async function pngtest(name: string, args: readonly string[]): Promise<Map<string, string>> {
    const bytes = await readFile(join(libpng.folder, 'pngtest.png'));
    const files = [
      { kind: 'file', path: 'pngtest.png', bytes } as const,
      ...(await filesBelow(pngsuite, 'pngsuite')),
      ...(await filesBelow(crashers, 'crashers')),
    ];
    await server.deploy({ name, wasm, files, args });
    const sections = (await server.print(name)).split('\n Testing /').slice(1);
    return new Map(
      sections.map((section) => {
        const end = section.indexOf(':');
        return [section.slice(0, end), section.slice(end + 1)];
      }),
    );
  }

  test('pngtest reads its image, writes it, and finds both alike', async () => {
    const printed = await pngtest('me/pngtest', ['--strict', '/pngtest.png']);
    assert.deepEqual([...printed.keys()], ['pngtest.png']);
    assert.match(printed.get('pngtest.png') ?? '', /^ PASS \(9782 zero samples\)$[^]*^ libpng passes test$/m);
  });

  test('pngtest reads and writes images of every colour type and bit depth, byte by byte', async () => {
    const names = (await readdir(pngsuite)).filter((name) => /^basn\w+\.png$/.test(name));
    const headers = await Promise.all(names.map(async (name) => await readFile(join(pngsuite, name))));
    const types = new Set(headers.map((bytes) => bytes.readUInt8(COLOUR_TYPE_OFFSET)));
    const depths = new Set(headers.map((bytes) => bytes.readUInt8(BIT_DEPTH_OFFSET)));
    assert.deepEqual(types, COLOUR_TYPES);
    assert.deepEqual(depths, new Set([1, 2, 4, 8, 16]));
    const printed = await pngtest('me/pngsuite', ['-m', ...names.map((name) => `/pngsuite/${name}`)]);
    assert.equal(printed.size, names.length);
    for (const [name, section] of printed) assert.match(section, /^\n PASS \(\d+ zero samples\)/, name);
  });

  test('pngtest refuses images that are made to break it', async () => {
    const names = (await readdir(crashers)).filter((name) =>
      /^(bad_iCCP|empty_ancillary_chunks|huge_\w+_chunk|huge_IDAT)\.png$/.test(name),
    );
    assert.ok(names.length >= 3, names.join());
    const printed = await pngtest('me/crashers', ['--xfail', ...names.map((name) => `/crashers/${name}`)]);
    assert.equal(printed.size, names.length);
    for (const [name, section] of printed) assert.match(section, /^ XFAIL$/m, name);
  });
});
