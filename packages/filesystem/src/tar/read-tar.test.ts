import { isFaasmError } from '@faasm/protocol';
import { concat, text, utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readTar, type TarEntry } from './read-tar.ts';
import { BLOCK_BYTES, FIELD, headerChecksum } from './tar-header.ts';
import { writeTar, type WritableEntry } from './write-tar.ts';

const END = new Uint8Array(2 * BLOCK_BYTES);

/** A header in GNU's form, with fields as they are given. */
function header(fields: Partial<Record<keyof typeof FIELD, string | Uint8Array>>): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES);
  const given = { magic: 'ustar ', version: ' \0', type: '0', size: '0', ...fields };
  for (const [name, value] of Object.entries(given))
    block.set(typeof value === 'string' ? utf8(value) : value, FIELD[name as keyof typeof FIELD][0]);
  block.set(utf8(`${headerChecksum(block).toString(8).padStart(6, '0')}\0 `), FIELD.checksum[0]);
  return block;
}

function content(value: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(value.length / BLOCK_BYTES) * BLOCK_BYTES);
  bytes.set(utf8(value));
  return bytes;
}

function entriesOf(...pieces: readonly Uint8Array[]): TarEntry[] {
  return [...readTar(concat(pieces))];
}

function refusal(...pieces: readonly Uint8Array[]): string {
  try {
    entriesOf(...pieces);
  } catch (error) {
    if (isFaasmError(error, 'files.invalid')) return error.message;
    throw error;
  }
  return 'none';
}

test('readTar gives what writeTar wrote, however long the names are', () => {
  const long = `${'directory/'.repeat(30)}ümläut`;
  const entries: WritableEntry[] = [
    { kind: 'directory', path: 'files' },
    { kind: 'file', path: 'files/a', bytes: utf8('x'.repeat(1_025)) },
    { kind: 'file', path: long, bytes: new Uint8Array(0) },
    { kind: 'symlink', path: 'files/link', target: 'a' },
    { kind: 'symlink', path: `${long}2`, target: 'y'.repeat(101) },
  ];
  assert.deepEqual(entriesOf(...writeTar(entries)), entries);
});

test('readTar reads the forms of GNU and of old archives', () => {
  const name = 'n'.repeat(150);
  assert.deepEqual(
    entriesOf(
      header({ name: '././@LongLink', type: 'L', size: '227' }),
      content(`${name}\0`),
      header({ name: name.slice(0, 100), size: '5' }),
      content('hello'),
      header({ name: 'old/', type: '\0' }),
      header({ name: 'binary', size: Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2) }),
      content('hi'),
      header({ name: 'pax_global_header', type: 'g', size: '13' }),
      content('11 path=no\n'),
      header({ name: 'hard', type: '1', target: 'binary', size: '2' }),
      header({ name: 'name', magic: 'ustar\0', version: '00', prefix: 'in/prefix' }),
      END,
    ),
    [
      { kind: 'file', path: name, bytes: utf8('hello') },
      { kind: 'directory', path: 'old/' },
      { kind: 'file', path: 'binary', bytes: utf8('hi') },
      { kind: 'hardlink', path: 'hard', target: 'binary' },
      { kind: 'file', path: 'in/prefix/name', bytes: new Uint8Array(0) },
    ],
  );
});

test('readTar refuses what is no archive, or ends early', () => {
  assert.match(refusal(utf8('no archive'.repeat(100))), /no tar header at byte 0: its checksum is wrong/);
  assert.match(refusal(utf8('short')), /ends before its end mark/);
  assert.match(refusal(header({ name: 'a' })), /ends before its end mark/);
  assert.match(
    refusal(header({ name: 'a', size: '7' }), utf8('part')),
    /ends in "a", which says that it has 7 bytes/,
  );
});

test('readTar refuses sizes that nothing has, before it looks for the bytes', () => {
  const size = (bytes: string | Uint8Array): string => refusal(header({ name: 'bomb', size: bytes }), END);
  assert.match(size('77777777777\0'), /ends in "bomb", which says that it has 8589934591 bytes/);
  for (const bytes of [
    '12x',
    '-1',
    new Uint8Array(12).fill(0xff),
    Uint8Array.of(0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  ])
    assert.match(size(bytes), /File "bomb" has no whole number as its size/);
});

test('readTar refuses devices, pipes, sparse and unknown entries by name', () => {
  for (const [type, what] of [
    ['3', 'a character device'],
    ['4', 'a block device'],
    ['6', 'a FIFO'],
    ['S', 'a sparse file'],
    ['V', 'an entry of the type "V"'],
  ] as const)
    assert.equal(
      refusal(header({ name: 'dev/x', type }), END),
      `File "dev/x" is ${what}, which is not taken`,
    );
});

test('readTar refuses extensions that are too large, make no sense, or say what is not taken', () => {
  const pax = (records: string): string =>
    refusal(header({ name: 'pax', type: 'x', size: records.length.toString(8) }), content(records), END);
  for (const records of ['5 a=b', '99 path=x\n', '-1 a=b\n', '1e1 a=bc\n', 'path=x\n', '9 a=b'])
    assert.match(pax(records), /pax extension "pax" that makes no sense/, records);
  assert.match(pax('22 GNU.sparse.major=1\n'), /is a sparse file/);
  assert.match(pax('12 size=1e9\n'), /no whole number as its size/);
  assert.match(
    refusal(header({ name: 'pax', type: 'x', size: '200001' }), new Uint8Array(66_048), END),
    /extension "pax" of 65537 bytes, over the limit of 65536/,
  );
  assert.match(refusal(header({ name: Uint8Array.of(0xff, 0x41) }), END), /"ÿA" has a name that is no UTF-8/);
});

test('readTar ends in entries or in files.invalid, whatever the bytes are (I13)', () => {
  const archive = concat([
    ...writeTar([
      { kind: 'file', path: `${'long/'.repeat(40)}a`, bytes: utf8('hello') },
      { kind: 'symlink', path: 'b', target: 'a' },
    ]),
  ]);
  const change = fc.record({ at: fc.nat(archive.byteLength - 1), byte: fc.nat(255), fix: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(archive.byteLength), (changes, length) => {
      const bytes = archive.slice(0, length);
      for (const { at, byte, fix } of changes) {
        if (at >= length) continue;
        bytes[at] = byte;
        const block = bytes.subarray(at - (at % BLOCK_BYTES), at - (at % BLOCK_BYTES) + BLOCK_BYTES);
        // Most changes would be found by the checksum; these are not.
        if (fix && block.byteLength === BLOCK_BYTES)
          block.set(utf8(`${headerChecksum(block).toString(8).padStart(6, '0')}\0 `), FIELD.checksum[0]);
      }
      assert.doesNotMatch(refusal(bytes), /undefined|NaN/);
    }),
    { numRuns: 3_000 },
  );
  assert.equal(text(archive.subarray(0, 3)), 'pax');
});
