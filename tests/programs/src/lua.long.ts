import type { WritableEntry } from '@faasm/filesystem';
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compileProgram } from './compile-program.ts';
import { debianSource } from './debian-source.ts';
import { filesBelow } from './files-below.ts';
import { FunctionServer } from './function-server.ts';

const lua51 = await debianSource('lua5.1');
const lua54 = await debianSource('lua5.4');
/** An interpreter in Go, whose authors ship Lua's official tests. */
const official = await debianSource('golang-github-yuin-gopher-lua');

/** Not the interpreter: the byte code compiler and its listing. */
const OTHERS = new Set(['luac.c', 'print.c']);

/** Scripts that are not run, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'all.lua': 'runs the others',
  'checktable.lua': 'is part of others',
  'main.lua': 'needs a shell',
  'api.lua': 'needs a debug build of Lua',
  'code.lua': 'needs a debug build of Lua',
  'math.lua': 'was changed for the other interpreter, so that Lua fails it anywhere',
  'pm.lua': 'was changed for the other interpreter, so that Lua fails it anywhere',
};

/** What a script prints last, of those that do not print OK. */
const LAST_LINE: Readonly<Record<string, string>> = {
  'big.lua': 'b a',
  'files.lua': 'Lua 5.1',
  'gc.lua': '>>> closing state <<<',
};

/** The C library takes every name of a locale and has but one, for which the scripts are not made. */
const ONE_LOCALE = `
  local set = os.setlocale
  os.setlocale = function (name, category)
    if name == nil or name == 'C' then return set(name, category) end
  end`;

let server: FunctionServer;
before(async () => {
  server = await FunctionServer.start();
});
after(async () => await server.stop());

async function deployLua(name: string, folder: string, files: WritableEntry[]): Promise<void> {
  const names = await readdir(folder);
  const sources = names.filter((each) => each.endsWith('.c') && !OTHERS.has(each));
  // The interpreter takes a script from its input, which it would otherwise hold for a terminal.
  await server.deploy({ name, wasm: await compileProgram({ folder, sources }), files, args: ['-'] });
}

/** The lines that a script prints. */
async function lines(name: string, script: string): Promise<string[]> {
  return (await server.print(name, script)).trimEnd().split('\n');
}

/** Those of a script that comes with Lua. */
async function run(script: string): Promise<string[]> {
  return await lines('me/lua', `dofile('/test/${script}.lua')`);
}

describe('Lua 5.1', { skip: lua51.skip || official.skip }, () => {
  const suite = join(official.folder, '_lua5.1-tests');

  before(async () => {
    const files = [...(await filesBelow(suite)), ...(await filesBelow(join(lua51.folder, 'test'), 'test'))];
    await deployLua('me/lua', join(lua51.folder, 'src'), files);
  });

  test('lua passes its official tests', async (t) => {
    const scripts = (await readdir(suite)).filter((name) => name.endsWith('.lua'));
    for (const name of scripts.filter((each) => !Object.hasOwn(LEFT_OUT, each))) {
      await t.test(name, async () => {
        const command =
          name === 'big.lua'
            ? `local f = coroutine.wrap(loadfile('${name}')) print(f(), f())`
            : `dofile('${name}')`;
        const printed = await lines('me/lua', `${ONE_LOCALE} package.path = '?;?.lua' ${command}`);
        assert.equal(printed.at(-1)?.replace('\t', ' '), LAST_LINE[name] ?? 'OK');
      });
    }
    for (const name of Object.keys(LEFT_OUT)) assert.ok(scripts.includes(name), name);
  });

  test('lua runs the scripts that come with it, and prints what they say', async () => {
    const primes = Array.from({ length: 999 }, (_, i) => i + 2).filter(
      (n) => !Array.from({ length: 30 }, (_, i) => i + 2).some((d) => d < n && n % d === 0),
    );
    assert.deepEqual((await run('sieve')).map(Number), primes);
    let product = 1;
    const factorials = Array.from({ length: 17 }, (_, n) => `${n}! = ${(product *= n || 1)}`);
    assert.deepEqual(await run('factorial'), factorials);
    assert.match(
      (await run('bisect')).at(-1) ?? '',
      /^after 20 steps, root is 1\.32471799\d+ with error 9\.5e-07/,
    );
    assert.match((await run('fib')).join('\n'), /^plain\t24\t46368\t.*\t150049\ncached\t24\t46368\t.*\t25$/m);
    assert.equal((await run('sort')).at(3), '\tApr,Aug,Dec,Feb,Jan,Jul,Jun,Mar,May,Nov,Oct,Sep');
    assert.deepEqual(await run('hello'), ['Hello world, from Lua 5.1!']);
  });

  test('lua ends with 1 and a trace when a script fails', async () => {
    const { status, output } = await server.call('me/lua', `dofile('/test/readonly.lua')`);
    assert.equal(status, 500);
    const { code, exitCode, stderr } = JSON.parse(output.toString()) as Record<string, unknown>;
    assert.deepEqual([code, exitCode], ['guest.exit', 1]);
    assert.match(String(stderr), /cannot redefine global variable `y'\nstack traceback:/);
  });
});

describe('Lua 5.4', { skip: lua54.skip }, () => {
  test('lua has integers, closed variables, coroutines, patterns and files', async () => {
    await deployLua(
      'me/lua54',
      join(lua54.folder, 'src'),
      await filesBelow(join(lua54.folder, 'doc'), 'doc'),
    );
    const script = `
      print(_VERSION, math.maxinteger + 1 == math.mininteger, 7 // 2, 7 / 2, 1 << 62)
      do local x <close> = setmetatable({}, { __close = function () print('closed') end }) end
      local co = coroutine.wrap(function (a) local b = coroutine.yield(a + 1) error('thrown ' .. b) end)
      print(co(1), pcall(co, 'later'))
      print(('key = value'):match('(%w+)%s*=%s*(%w+)'), utf8.char(8364, 128512), #utf8.char(8364, 128512))
      local function deep (n) if n == 0 then return 0 end return 1 + deep(n - 1) end
      print(deep(10000), pcall(string.rep, 'x', -1), select('#', pcall(deep, 1e7)))
      local count = 0
      for line in io.lines('/doc/manual.html') do count = count + 1 end
      local file = assert(io.tmpfile())
      file:write(('lua '):rep(10000))
      print(count > 10000, file:seek('set', 4), file:read(3), file:seek('end'))`;
    assert.deepEqual(await lines('me/lua54', script), [
      'Lua 5.4\ttrue\t3\t3.5\t4611686018427387904',
      'closed',
      '2\tfalse\tstdin:4: thrown later',
      'key\t€😀\t7',
      '10000\ttrue\t2',
      'true\t4\tlua\t40000',
    ]);
  });
});
