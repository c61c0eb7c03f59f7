import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import * as fc from 'fast-check';
import { CORPUS_NAMES, corpusModule, demoFunctions, type CorpusName } from './index.ts';
import { runGuest, type GuestRun } from './run-guest.ts';

/** What the host offers to functions so far, beside WASI. */
const FAASM_IMPORTS = /^__faasm_(?:read_input|write_output|\w*state\w*)$/;
/** The default limit of a function's memory. */
const MEMORY_LIMIT_MIB = 128;
const WASM_PAGES_PER_MIB = 16;
/** V8's default: 4 GiB. */
const WASM_PAGES_MAX = 65_536;

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value);

async function run(name: CorpusName, input = ''): Promise<GuestRun> {
  return runGuest(await corpusModule(name), { input: bytes(input) });
}

async function demo(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = (await demoFunctions()).find(({ ref }) => ref.name === name);
  assert.ok(found, `there is a demo ${name}`);
  return found.wasm;
}

async function allModules(): Promise<{ name: string; module: WebAssembly.Module }[]> {
  const demos = (await demoFunctions()).map(({ ref, wasm }) => ({ name: ref.name, wasm }));
  const corpus = await Promise.all(
    CORPUS_NAMES.map(async (name) => ({ name, wasm: await corpusModule(name) })),
  );
  return [...demos, ...corpus].map(({ name, wasm }) => ({ name, module: new WebAssembly.Module(wasm) }));
}

describe('guests as modules', () => {
  it('demoFunctions names the user demo and every language', async () => {
    const demos = await demoFunctions();
    assert.deepEqual(
      demos.map(({ ref, language }) => `${ref.user}/${ref.name} ${language}`),
      [
        'demo/echo c',
        'demo/hello c',
        'demo/primes c',
        'demo/json cpp',
        'demo/markdown c',
        'demo/qr c',
        'demo/thumbnail c',
        'demo/state-objects cpp',
        'demo/echo-as assemblyscript',
        'demo/hello-as assemblyscript',
        'demo/state-objects-as assemblyscript',
      ],
    );
  });

  it('every guest exports _start and its memory', async () => {
    for (const { name, module } of await allModules()) {
      const kinds = new Map(WebAssembly.Module.exports(module).map((each) => [each.name, each.kind]));
      assert.equal(kinds.get('_start'), 'function', `${name}: _start`);
      assert.equal(kinds.get('memory'), 'memory', `${name}: memory`);
    }
  });

  it('every guest imports only WASI and what the host has, except missing-import', async () => {
    const strange: string[] = [];
    for (const { name, module } of await allModules()) {
      for (const wanted of WebAssembly.Module.imports(module)) {
        if (wanted.module === 'wasi_snapshot_preview1') continue;
        if (wanted.module === 'env' && FAASM_IMPORTS.test(wanted.name)) continue;
        strange.push(`${name}: ${wanted.module}.${wanted.name}`);
      }
    }
    assert.deepEqual(strange, ['missing-import: env.no_such_import']);
  });

  it('every guest carries no name, no debug information and no path of the machine that built it', async () => {
    for (const { name, module } of await allModules()) {
      for (const section of ['name', 'producers', '.debug_info', 'sourceMappingURL']) {
        assert.equal(WebAssembly.Module.customSections(module, section).length, 0, `${name}: ${section}`);
      }
    }
    for (const { ref, wasm } of await demoFunctions()) {
      assert.doesNotMatch(Buffer.from(wasm).toString('latin1'), /\/(?:home|root|tmp|usr|work)\//, ref.name);
    }
  });
});

describe('demo functions', () => {
  it('primes tells primes from others, and refuses what is no number below its limit', async () => {
    const wasm = await demo('primes');
    const ask = async (input: string): Promise<GuestRun> => await runGuest(wasm, { input: bytes(input) });
    for (const [input, answer] of [
      ['1999993', '1999993 is prime'],
      ['2\n', '2 is prime'],
      ['1', '1 is not prime'],
      ['1999999', '1999999 is not prime'],
    ] as const)
      assert.equal(text((await ask(input)).output), answer);
    for (const input of ['', 'seven', '-1', '2000000', '7 8', '9'.repeat(40)]) {
      const { exitCode, stderr } = await ask(input);
      assert.equal(exitCode, 1, input);
      assert.match(stderr, /from 0 to 1999999/);
    }
  });

  for (const name of ['echo', 'echo-as']) {
    it(`${name} answers with its input, NUL and line ends included`, async () => {
      const wasm = await demo(name);
      const input = bytes('a\0b\r\n\xff\n');
      assert.deepEqual((await runGuest(wasm, { input })).output, input);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200_000, size: 'max' }), async (each) => {
          const { output, exitCode } = await runGuest(wasm, { input: each });
          assert.equal(exitCode, 0);
          assert.deepEqual(output ?? new Uint8Array(0), each);
        }),
        { numRuns: 10 },
      );
    });
  }

  for (const name of ['hello', 'hello-as']) {
    it(`${name} greets the world, or whom its input names, on standard output`, async () => {
      const wasm = await demo(name);
      assert.deepEqual(await runGuest(wasm), {
        exitCode: 0,
        stdout: 'Hello, world!\n',
        stderr: '',
        output: undefined,
      });
      assert.equal((await runGuest(wasm, { input: bytes('Zoë') })).stdout, 'Hello, Zoë!\n');
    });
  }
});

describe('corpus', () => {
  it('corpusModule refuses a name that is not in the corpus', async () => {
    await assert.rejects(corpusModule('nothing' as CorpusName), /no guest "nothing"; it has args-env/);
  });

  it('args-env prints its arguments and environment', async () => {
    const wasm = await corpusModule('args-env');
    const { stdout } = await runGuest(wasm, { args: ['function.wasm', 'x y'], env: { KEY: 'a=b' } });
    assert.equal(stdout, 'arg 0 function.wasm\narg 1 x y\nenv KEY=a=b\n');
  });

  it('big-output sets as many bytes as its input says', async () => {
    const { output } = await run('big-output', '7000000');
    assert.equal(output?.length, 7_000_000);
    assert.ok(output.every((byte) => byte === 'x'.charCodeAt(0)));
  });

  it('cat copies standard input to standard output', async () => {
    assert.equal((await run('cat', 'one\0two\n')).stdout, 'one\0two\n');
  });

  it('count does as many rounds as its input says', async () => {
    assert.equal(text((await run('count', '0')).output), '1');
    assert.equal(text((await run('count', '1000')).output), String(xorshift(1000)));
  });

  it('exit7 writes to standard error, sets an output and exits with 7', async () => {
    const { exitCode, stderr, output } = await run('exit7');
    assert.deepEqual(
      { exitCode, stderr, output: text(output) },
      {
        exitCode: 7,
        stderr: 'about to fail\n',
        output: 'partial',
      },
    );
  });

  it('memory-demand declares more memory than the default limit', async () => {
    const { memory } = new WebAssembly.Instance(new WebAssembly.Module(await corpusModule('memory-demand')), {
      wasi_snapshot_preview1: { proc_exit: () => {} },
    }).exports;
    assert.ok(memory instanceof WebAssembly.Memory);
    assert.equal(memory.buffer.byteLength, 256 * 1024 * 1024);
  });

  it('memory-hog takes what it gets, is denied the rest and exits with 3', async (t) => {
    t.after(() => {
      setFlagsFromString(`--wasm-max-mem-pages=${WASM_PAGES_MAX}`);
    });
    setFlagsFromString(`--wasm-max-mem-pages=${MEMORY_LIMIT_MIB * WASM_PAGES_PER_MIB}`);
    const { exitCode, stderr, output } = await run('memory-hog');
    assert.deepEqual({ exitCode, stderr }, { exitCode: 3, stderr: 'denied\n' });
    const blocks = Number(text(output));
    assert.ok(blocks > MEMORY_LIMIT_MIB / 2 && blocks < MEMORY_LIMIT_MIB, `${blocks} blocks of 1 MiB`);
  });

  it('missing-import runs without its import until it calls it', async () => {
    assert.equal(text((await run('missing-import')).output), 'before');
    await assert.rejects(run('missing-import', 'call it'), ReferenceError);
  });

  it('spin imports nothing but the exit that would follow its main', async () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(await corpusModule('spin')));
    assert.deepEqual(
      imports.map(({ name }) => name),
      ['proc_exit'],
    );
  });

  it('trap executes unreachable', async () => {
    await assert.rejects(run('trap'), (cause) => {
      assert.ok(cause instanceof WebAssembly.RuntimeError);
      return cause.message.includes('unreachable');
    });
  });

  it('zygote runs its constructor, its zygote and its main once each', async () => {
    assert.equal(text((await run('zygote')).output), '1 1 1');
  });
});

function xorshift(rounds: number): number {
  let value = 1;
  for (let round = 0; round < rounds; round++) {
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
  }
  return value >>> 0;
}
