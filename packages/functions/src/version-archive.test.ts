import { openBundle, writeTar, type WritableEntry } from '@faasm/filesystem';
import { isFaasmError, type ErrorCode } from '@faasm/protocol';
import { concat, utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveBytesMax, readVersionArchive, versionArchiveEntries } from './version-archive.ts';
import { versionDigest } from './version-files.ts';

const BOUNDS = { moduleBytesMax: 10, bytesMax: 10, entriesMax: 3 };
const MODULE: WritableEntry = { kind: 'file', path: 'function.wasm', bytes: utf8('module') };

function file(path: string, content = ''): WritableEntry {
  return { kind: 'file', path, bytes: utf8(content) };
}

function archive(entries: Iterable<WritableEntry>): Uint8Array {
  return concat([...writeTar(entries)]);
}

function refusal(code: ErrorCode, ...entries: readonly WritableEntry[]): string {
  try {
    readVersionArchive(archive(entries), BOUNDS);
  } catch (error) {
    if (isFaasmError(error, code)) return error.message;
    throw error;
  }
  return 'none';
}

test('readVersionArchive gives the module and the files that versionArchiveEntries were made of, in any order', () => {
  const entries = [...versionArchiveEntries(utf8('module'), [file('a', 'hello'), file('b/c', 'x')])];
  const read = readVersionArchive(archive(entries), BOUNDS);
  assert.deepEqual(Buffer.from(read.module).toString(), 'module');
  assert.deepEqual([read.files?.facts.entries, read.files?.facts.sizeBytes], [3, 6]);
  const root = openBundle(read.files?.bundle ?? utf8(''));
  assert.deepEqual(root.kind === 'directory' ? [...root.entries.keys()] : [], ['a', 'b']);
  const dotted = entries.toReversed().map((entry) => Object.assign({}, entry, { path: `./${entry.path}` }));
  const again = readVersionArchive(archive([{ kind: 'directory', path: './' }, ...dotted]), BOUNDS);
  assert.deepEqual(again.files?.facts, read.files?.facts);
});

test('readVersionArchive takes an archive without files for a module alone', () => {
  for (const entries of [[MODULE], [MODULE, { kind: 'directory', path: 'files/' } as const]])
    assert.equal(readVersionArchive(archive(entries), BOUNDS).files, undefined);
  assert.equal(versionDigest('a', undefined), 'a');
  const facts = { digest: 'b', entries: 1, sizeBytes: 1 };
  assert.notEqual(versionDigest('a', facts), versionDigest('a', { ...facts, digest: 'c' }));
});

test('readVersionArchive refuses archives without a module, and what is neither module nor file, by name', () => {
  assert.match(refusal('files.invalid', file('files/a')), /holds no file function\.wasm/);
  assert.equal(refusal('files.invalid', MODULE, MODULE), 'File "function.wasm" comes twice');
  for (const path of ['other', 'filesystem/a', '../files/a', '/files/a'])
    assert.equal(
      refusal('files.invalid', MODULE, file(path)),
      `File ${JSON.stringify(path)} is neither function.wasm nor in files/`,
    );
  assert.match(refusal('files.invalid', MODULE, file('files/../function.wasm')), /has \.\. in its path/);
  const link: WritableEntry = { kind: 'symlink', path: 'files/link', target: '../function.wasm' };
  assert.match(
    refusal('files.invalid', MODULE, link),
    /leads to "\.\.\/function\.wasm", outside of the files/,
  );
  assert.match(refusal('files.invalid', MODULE, { ...link, path: 'files', target: 'a' }), /is the root/);
  assert.match(refusal('files.invalid', { ...link, path: 'function.wasm' }), /is neither/);
});

test('readVersionArchive holds module and files to their bounds', () => {
  assert.match(refusal('module.too_large', file('function.wasm', 'x'.repeat(11))), /11 bytes .* 10 bytes/);
  assert.match(
    refusal('files.too_large', MODULE, file('files/a', 'x'.repeat(11))),
    /"a" of 11 bytes .* 10 bytes/,
  );
  assert.match(refusal('files.too_large', MODULE, file('files/a/b/c/d')), /over the limit of 3 files/);
  const name = `${'d'.repeat(250)}/`.repeat(3);
  const full = [file('function.wasm', 'x'.repeat(10)), file(`files/${name.slice(0, -1)}`, 'x'.repeat(10))];
  assert.ok(archive(full).byteLength <= archiveBytesMax(BOUNDS));
});
