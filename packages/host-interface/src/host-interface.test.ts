import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import type { Guest, GuestOutcome } from '@faasm/faaslet';
import { assemble, I32, I64, LoneGuest, OP, TestEngine } from '@faasm/faaslet/testing';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMON_LAUNCH } from './guest-environment.ts';
import { hostInterface, linkImports, missingImports } from './host-interface.ts';

const PAGE_BYTES = 65_536;
/** Guests have 2 pages; those above are closed, so that a host function that touched them would end the process. */
const LIMITS = { memoryBytes: 4 * PAGE_BYTES, outputBytes: 4 * PAGE_BYTES, logBytes: 1_024 };

/** Ends guests that wait: random ones would do so for years. */
class EndsWaits extends LoneGuest {
  override waits(guest: Guest, { resume }: { resume: () => void }): void {
    guest.endAtNextCheck({ type: 'success' });
    super.waits(guest, { until: 0, resume });
  }
}

const engine = new TestEngine(new LinuxMemoryMapper(), {
  imports: (module, current) => linkImports(module, hostInterface(current), current),
  options: { ...COMMON_LAUNCH, limits: LIMITS },
  scheduler: new EndsWaits(),
});

interface HostCall {
  readonly from: string;
  readonly name: string;
  readonly values: readonly number[];
}

/** Runs a guest that makes one host call, with 2 pages of memory that hold `data`. */
async function callOnce(
  { from, name, values }: HostCall,
  input = new Uint8Array(0),
  data?: Uint8Array,
): Promise<GuestOutcome> {
  const isWide = (i: number): boolean => PARAMETERS[from]?.[name]?.[i] === 'I';
  const parameters = values.map((_, i) => (isWide(i) ? I64 : I32));
  const hasResult = !['__faasm_write_output', 'proc_exit', 'exit', 'abort', 'console.log', 'seed'].includes(
    name,
  );
  const results = hasResult ? [I32] : [];
  const pushed = values.map((value, i) => (isWide(i) ? OP.i64(value) : OP.i32(value)));
  const body = [...pushed, OP.call(0), ...(hasResult ? [OP.drop] : [])];
  const module = assemble({
    imports: [{ from, name, parameters, results }],
    memory: { min: 2 },
    functions: [{ name: '_start', body }],
    ...(data === undefined ? {} : { data }),
  });
  return await engine.run(module, { input });
}

/** The parameters of each function, a letter each: `i` for i32, `I` for i64. */
const PARAMETERS: Record<string, Record<string, string>> = {
  env: {
    __faasm_read_input: 'ii',
    __faasm_write_output: 'ii',
    abort: 'iiii',
    'console.log': 'i',
    mmap: 'iiiiiI',
    munmap: 'ii',
    __sbrk: 'i',
    getpid: '',
    gettid: '',
    getuid: '',
    geteuid: '',
    getgid: '',
    getegid: '',
    uname: 'i',
    gethostname: 'ii',
    getrlimit: 'ii',
    confstr: 'iii',
    __wasi_fd_dup: 'ii',
    dup: 'i',
    ioctl: 'iii',
    signal: 'ii',
    waitpid: 'iii',
    exit: 'i',
    puts: 'i',
    putc: 'ii',
  },
  wasi_snapshot_preview1: {
    args_sizes_get: 'ii',
    args_get: 'ii',
    environ_sizes_get: 'ii',
    environ_get: 'ii',
    clock_res_get: 'ii',
    clock_time_get: 'iIi',
    fd_advise: 'iIIi',
    fd_allocate: 'iII',
    fd_close: 'i',
    fd_datasync: 'i',
    fd_fdstat_get: 'ii',
    fd_fdstat_set_flags: 'ii',
    fd_fdstat_set_rights: 'iII',
    fd_filestat_get: 'ii',
    fd_filestat_set_size: 'iI',
    fd_filestat_set_times: 'iIIi',
    fd_pread: 'iiiIi',
    fd_prestat_get: 'ii',
    fd_prestat_dir_name: 'iii',
    fd_pwrite: 'iiiIi',
    fd_read: 'iiii',
    fd_readdir: 'iiiIi',
    fd_renumber: 'ii',
    fd_seek: 'iIii',
    fd_sync: 'i',
    fd_tell: 'ii',
    fd_write: 'iiii',
    path_create_directory: 'iii',
    path_filestat_get: 'iiiii',
    path_filestat_set_times: 'iiiiIIi',
    path_link: 'iiiiiii',
    path_open: 'iiiiiIIii',
    path_readlink: 'iiiiii',
    path_remove_directory: 'iii',
    path_rename: 'iiiiii',
    path_symlink: 'iiiii',
    path_unlink_file: 'iii',
    poll_oneoff: 'iiii',
    proc_exit: 'i',
    proc_raise: 'i',
    random_get: 'ii',
    sched_yield: '',
    sock_accept: 'iii',
    sock_recv: 'iiiiii',
    sock_send: 'iiiii',
    sock_shutdown: 'ii',
  },
};

const CALLS = Object.entries(PARAMETERS).flatMap(([from, names]) =>
  Object.entries(names).map(([name, kinds]) => ({ from, name, arity: kinds.length })),
);

test('PARAMETERS of this test lists every host function but the seed, which takes nothing', () => {
  const host = hostInterface(() => {
    throw new TypeError('not called');
  });
  const offered = Object.entries(host).flatMap(([from, family]) =>
    Object.keys(family).map((name) => `${from}.${name}`),
  );
  const listed = CALLS.map(({ from, name }) => `${from}.${name}`);
  assert.deepEqual(offered.toSorted(), [...listed, 'env.seed'].toSorted());
});

const end = 2 * PAGE_BYTES;
const BOUNDARIES = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  1_024,
  1_025,
  end - 8,
  end - 4,
  end - 1,
  end,
  end + 1,
  0x7fff_ffff,
  -0x8000_0000,
  -8,
  -4,
  -1,
];

test('every host function survives any numbers: an errno, a trap or an exit, never more (I13)', async () => {
  const value = fc.oneof(fc.constantFrom(...BOUNDARIES), fc.integer());
  const call = fc.constantFrom(...CALLS).chain(({ from, name, arity }) =>
    fc.record({
      from: fc.constant(from),
      name: fc.constant(name),
      values: fc.array(value, { minLength: arity, maxLength: arity }),
    }),
  );
  const property = fc.asyncProperty(call, fc.uint8Array({ maxLength: 64 }), async (hostCall, data) => {
    const { outcome, output, stdout, stderr } = await callOnce(
      hostCall,
      new Uint8Array(100),
      new Uint8Array(data),
    );
    if (outcome.type === 'error') {
      assert.ok(['guest.trap', 'guest.output_limit'].includes(outcome.code), outcome.message);
      assert.doesNotMatch(outcome.message, /undefined|not a function|detached|Cannot/, outcome.message);
    }
    assert.ok(output.byteLength <= LIMITS.outputBytes);
    assert.ok(stdout.byteLength <= LIMITS.logBytes && stderr.byteLength <= LIMITS.logBytes);
  });
  await fc.assert(property, { numRuns: 3_000 });
});

test('a bad pointer ends the guest with a message that names it and the size of the memory', async () => {
  const { outcome } = await callOnce({ from: 'env', name: '__faasm_write_output', values: [end - 1, 2] });
  const message = `Bad pointer: 2 bytes at pointer ${end - 1} go beyond the memory of ${end} bytes`;
  assert.deepEqual(outcome, { type: 'error', code: 'guest.trap', message });
});

test('a call of a function that the host lacks traps and names it; missingImports lists it', async () => {
  const { outcome } = await callOnce({ from: 'env', name: 'fork', values: [] });
  assert.deepEqual(outcome, { type: 'error', code: 'guest.trap', message: 'Host has no function env.fork' });
  const imports = ['env.fork', 'env.__faasm_read_input', 'env.memory', 'env.toString', 'elsewhere.fd_write'];
  assert.deepEqual(missingImports(imports), ['env.fork', 'env.toString', 'elsewhere.fd_write']);
});

test('fd_write on stdout reaches the output, on stderr the log; other descriptors are refused', async () => {
  const iovec = new Uint8Array(16);
  const view = new DataView(iovec.buffer);
  view.setUint32(0, 8, true);
  view.setUint32(4, 3, true);
  iovec.set([0x00, 0x41, 0xff], 8);
  const write = async (fd: number): Promise<GuestOutcome> =>
    await callOnce(
      { from: 'wasi_snapshot_preview1', name: 'fd_write', values: [fd, 0, 1, 12] },
      new Uint8Array(0),
      iovec,
    );
  assert.deepEqual([...(await write(1)).output], [0x00, 0x41, 0xff]);
  assert.deepEqual([...(await write(2)).stderr], [0x00, 0x41, 0xff]);
  assert.equal((await write(3)).output.byteLength, 0);
  assert.equal((await write(0)).output.byteLength, 0);
});

test('abort of AssemblyScript tells the message, the file and the line', async () => {
  const data = new Uint8Array(64);
  const view = new DataView(data.buffer);
  const put = (at: number, text: string): number => {
    view.setUint32(at, text.length * 2, true);
    for (let i = 0; i < text.length; i++) view.setUint16(at + 4 + 2 * i, text.charCodeAt(i), true);
    return at + 4;
  };
  const [message, file] = [put(4, 'no'), put(16, 'a.ts')];
  const { outcome } = await callOnce(
    { from: 'env', name: 'abort', values: [message, file, 12, 3] },
    new Uint8Array(0),
    data,
  );
  assert.deepEqual(outcome, { type: 'error', code: 'guest.trap', message: 'Aborted: no at a.ts:12' });
});
