import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { demoFunctions } from './index.ts';
import { runGuest } from './run-guest.ts';

interface Answer {
  readonly exitCode: number;
  readonly output: string;
  readonly stderr: string;
}

async function ask(name: string, input: string): Promise<Answer> {
  const found = (await demoFunctions()).find(({ ref }) => ref.name === name);
  assert.ok(found, `there is a demo ${name}`);
  const { exitCode, output, stderr } = await runGuest(found.wasm, { input: Buffer.from(input) });
  return { exitCode, output: Buffer.from(output ?? []).toString(), stderr };
}

const json = async (input: string): Promise<Answer> => await ask('json', input);

/** Every example of RFC 7396: document, patch, result. */
const MERGES: readonly (readonly [string, string, string])[] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

test('json writes what it reads as JavaScript does, compact and pretty', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
      const spaced = JSON.stringify(value, undefined, 3);
      assert.equal((await json(`compact\r\n${spaced}`)).output, `${JSON.stringify(value)}\n`);
      assert.equal((await json(`pretty\n${spaced}`)).output, `${JSON.stringify(value, undefined, 2)}\n`);
    }),
    { numRuns: 40 },
  );
});

test('json accepts what JavaScript accepts, and nothing else', async () => {
  const broken = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', '"', '\\', ',', '0', '-', '.', 'e', ']', '\u0001'),
    )
    .map(([text, at, inserted]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + inserted + text.slice(place + (at % 2));
    })
    // Half a character is not text.
    .filter((text) => text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(broken, async (text) => {
      const { exitCode, stderr } = await json(`check\n${text}`);
      assert.equal(exitCode, isJson(text) ? 0 : 1, stderr);
    }),
    { numRuns: 150 },
  );
});

test('json says where its input is wrong, and how deep it may be', async () => {
  assert.deepEqual(await json('check\n{"a": 1,\n  "b": [1, 2}'), {
    exitCode: 1,
    output: '',
    stderr: "Line 3, column 13: expected ',' or ']'\n",
  });
  const nested = (depth: number): string => `check\n${'['.repeat(depth)}${']'.repeat(depth)}`;
  assert.equal((await json(nested(500))).output, 'valid\n');
  assert.match(
    (await json(nested(100_000))).stderr,
    /^Line 2, column \d+: expected no more than 512 levels\n$/,
  );
  assert.match((await json('turn\n{}')).stderr, /^The first line is to be check, compact, pretty, sort/);
});

test('json sorts members, and merges as RFC 7396 has it', async () => {
  assert.equal(
    (await json('sort\n{"b":[{"z":1,"y":2}],"a":0}')).output,
    '{\n  "a": 0,\n  "b": [\n    {\n      "y": 2,\n      "z": 1\n    }\n  ]\n}\n',
  );
  for (const [document, patch, result] of MERGES)
    assert.equal((await json(`merge\n${document}\n${patch}`)).output, `${result}\n`, `${document} ${patch}`);
});

test('json finds what a pointer of RFC 6901 points at', async () => {
  const document = '{"a":{"b/c":[10,{"~":"\\u00e9\\ud83d\\ude00"}]},"":1,"é😀":2}';
  for (const [pointer, found] of [
    ['', document],
    [' /', '1'],
    [' /a/b~1c/0', '10'],
    [' /a/b~1c/1/~0', '"\\u00e9\\ud83d\\ude00"'],
    [' /é😀', '2'],
  ] as const)
    assert.equal((await json(`get${pointer}\n${document}`)).output, `${found}\n`);
  assert.equal((await json('get /\\u00e9\n{"\\\\u00e9":1}')).output, '1\n');
  assert.equal((await json('get /é\n{"\\u00e9":1}')).output, '1\n');
  for (const pointer of ['/x', '/a/b~1c/2', '/a/b~1c/00', '/a/b~1c/-', '//x'])
    assert.match((await json(`get ${pointer}\n${document}`)).stderr, /^There is nothing at /, pointer);
  assert.match((await json(`get a\n1`)).stderr, /^A pointer begins with/);
});

test('markdown makes HTML as GitHub has it, and passes none on', async () => {
  const { output, exitCode } = await ask(
    'markdown',
    '# A *title*\n\n- [x] done\n- ~~gone~~\n\n| a | b |\n| - | -:|\n| 1 | 2 |\n\n<script>x</script> &amp; <b>\n',
  );
  assert.equal(exitCode, 0);
  assert.match(output, /^<h1>A <em>title<\/em><\/h1>\n<ul>\n/);
  assert.match(output, /type="checkbox"[^>]*checked/);
  assert.match(output, /<del>gone<\/del>/);
  assert.match(output, /<td align="right">2<\/td>/);
  assert.match(output, /&lt;script&gt;x&lt;\/script&gt; &amp; &lt;b&gt;/);
  assert.equal((await ask('markdown', '')).output, '');
  const long = await ask('markdown', '> * deep\n'.repeat(20_000));
  assert.equal(long.output.split('<li>').length, 20_001);
});

test('qr makes a code that says what its input says', async () => {
  for (const text of ['hello', 'https://a.bc/d', 'Zoë', 'a\0b'])
    assert.equal(read(await modulesOf(text)), text);
});

test('qr refuses no input and too much, and takes as much as fits', async () => {
  assert.match((await ask('qr', '')).stderr, /^Input is to have 1 to 2953 bytes, received 0\n$/);
  assert.match((await ask('qr', 'x'.repeat(2954))).stderr, /received 2954\n$/);
  assert.equal((await modulesOf('x'.repeat(2953))).length, 177);
});

/** The dark modules of a code, row by row, without its border. */
async function modulesOf(text: string): Promise<boolean[][]> {
  const { output, exitCode, stderr } = await ask('qr', text);
  assert.equal(exitCode, 0, stderr);
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(output)?.[1]) - 8;
  const rows = Array.from({ length: side }, () => Array.from({ length: side }, () => false));
  for (const [, x, y] of output.matchAll(/M(\d+),(\d+)h1v1h-1z/g)) {
    const row = rows[Number(y) - 4];
    assert.ok(row !== undefined && Number(x) - 4 < side, 'a module lies in the code');
    row[Number(x) - 4] = true;
  }
  return rows;
}

/** Masks by their number, of ISO/IEC 18004; here x is the column and y the row. */
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Reads the smallest code, whose content is bytes, as a reader would that sees no error. */
function read(modules: readonly (readonly boolean[])[]): string {
  const side = 21;
  assert.equal(modules.length, side);
  const dark = (x: number, y: number): boolean => modules[y]?.[x] === true;
  // Three bits of the format, beside the upper left corner, XOR 101.
  const mask = MASKS[Number(`0b${[2, 3, 4].map((x) => (dark(x, 8) ? 1 : 0)).join('')}`) ^ 0b101];
  assert.ok(mask);
  const isData = (x: number, y: number): boolean =>
    !(y < 9 && (x < 9 || x > 12)) && !(x < 9 && y > 12) && x !== 6 && y !== 6;
  let bits = '';
  for (let right = side - 1, upwards = true; right > 0; right -= right === 8 ? 3 : 2, upwards = !upwards)
    for (let step = 0; step < side; step++)
      for (const x of [right, right - 1]) {
        const y = upwards ? side - 1 - step : step;
        if (isData(x, y)) bits += dark(x, y) === mask(x, y) ? '0' : '1';
      }
  const number = (from: number, size: number): number => Number(`0b${bits.slice(from, from + size)}`);
  assert.equal(number(0, 4), 0b0100, 'the mode is bytes');
  return Buffer.from(
    Array.from({ length: number(4, 8) }, (_, index) => number(12 + 8 * index, 8)),
  ).toString();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
