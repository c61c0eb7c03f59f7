import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { assemble, I32, I64, OP, TestEngine, type Code } from '@faasm/faaslet/testing';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostInterface, linkImports } from '../../host-interface.ts';

const WASI = 'wasi_snapshot_preview1';
const PAGES = 2;

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: {
    limits: {
      memoryBytes: PAGES * 65_536,
      outputBytes: 64 * 65_536,
      logBytes: 1_024,
      files: { writtenBytes: 200_000, writtenEntries: 10, descriptors: 12 },
    },
  },
});

/** Paths that meet each other, and some that are wrong; each is where a guest's memory has it. */
const PATHS = [
  'a',
  'b',
  'a/b',
  'a/../b',
  '..',
  '/a',
  'a/',
  'b/c',
  '.',
  'tmp',
  'etc/hosts',
  'dev/null',
  'x\0y',
  '\xff',
];
const TEXT = PATHS.join('');

const path = fc.constantFrom(...PATHS).map((text) => [TEXT.indexOf(text), Buffer.byteLength(text)] as const);
const fd = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 3, max: 9 }) },
  fc.integer({ min: -1, max: 20 }),
);
const flags = fc.integer({ min: 0, max: 17 });
const size = fc.constantFrom(0, 1, 10, 70_000, 190_000, 250_000, 2 ** 31, -1);
const lookup = fc.constantFrom(0, 1);

/** Where results go, and an iovec of 70,000 bytes that begins there. */
const AT = { result: 1_024, iovec: 512 };

/** One call: its name, its parameters as `i` or `I`, and values for them. */
interface HostCall {
  readonly name: string;
  readonly kinds: string;
  readonly values: readonly number[];
}

/** A path is two of the values. */
function call(
  name: string,
  kinds: string,
  values: fc.Arbitrary<readonly (number | readonly number[])[]>,
): fc.Arbitrary<HostCall> {
  return values.map((chosen) => ({ name, kinds, values: chosen.flat() }));
}

const rights = fc.constantFrom(0, 66, 0x1fff_ffff);
const result = fc.constant(AT.result);
const buffers = fc.constant([AT.iovec, 1]);

const anyCall = fc.oneof(
  call('path_open', 'iiiiiIIii', fc.tuple(fd, lookup, path, flags, rights, rights, flags, result)),
  ...['path_create_directory', 'path_remove_directory', 'path_unlink_file'].map((name) =>
    call(name, 'iii', fc.tuple(fd, path)),
  ),
  call('path_rename', 'iiiiii', fc.tuple(fd, path, fd, path)),
  call('path_link', 'iiiiiii', fc.tuple(fd, lookup, path, fd, path)),
  call('path_symlink', 'iiiii', fc.tuple(path, fd, path)),
  ...['fd_read', 'fd_write'].map((name) => call(name, 'iiii', fc.tuple(fd, buffers, result))),
  ...['fd_pread', 'fd_pwrite'].map((name) => call(name, 'iiiIi', fc.tuple(fd, buffers, size, result))),
  call('fd_readdir', 'iiiIi', fc.tuple(fd, fc.constant([2_048, 300]), flags, result)),
  call('fd_seek', 'iIii', fc.tuple(fd, size, fc.nat(3), result)),
  call('fd_allocate', 'iII', fc.tuple(fd, size, size)),
  call('fd_filestat_set_size', 'iI', fc.tuple(fd, size)),
  call('fd_renumber', 'ii', fc.tuple(fd, fd)),
  call('fd_close', 'i', fc.tuple(fd)),
);

function guestOf(calls: readonly HostCall[]): Uint8Array<ArrayBuffer> {
  const imports = calls.map(({ name, kinds }) => ({
    from: WASI,
    name,
    parameters: Array.from(kinds, (kind) => (kind === 'I' ? I64 : I32)),
    results: [I32],
  }));
  const body = calls.flatMap(({ kinds, values }, i): Code => {
    const pushed = values.map((value, at) => (kinds[at] === 'I' ? OP.i64(value) : OP.i32(value)));
    return [pushed.flat(), OP.call(i), OP.drop].flat();
  });
  const data = new Uint8Array(AT.iovec + 8);
  data.set(Buffer.from(TEXT, 'latin1'));
  new DataView(data.buffer).setUint32(AT.iovec, 4_096, true);
  new DataView(data.buffer).setUint32(AT.iovec + 4, 70_000, true);
  return assemble({ imports, memory: { min: PAGES }, functions: [{ name: '_start', body }], data });
}

test('Calls on files in any order come to errnos, and the next call finds nothing of them (I5, I13)', async () => {
  const property = fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 40 }), async (calls) => {
    const proto = await engine.initialize(guestOf(calls));
    assert.ok(!('outcome' in proto));
    const faaslet = engine.faaslet(proto);
    const guest = engine.guest();
    const { outcome } = await faaslet.run(guest);
    assert.deepEqual(outcome, { type: 'success' });
    faaslet.reset();
    const next = engine.guest();
    assert.deepEqual(next.files.descriptors.changed, []);
    assert.deepEqual(
      [...next.files.tree.root.list(2n)].map(({ name }) => name),
      ['etc', 'tmp', 'dev', 'home'],
    );
  });
  await fc.assert(property, { numRuns: 300 });
});
