import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn } from '../planted.ts';
import { contracts } from './contracts.ts';
import { domainPurity } from './domain-purity.ts';
import { errorCodes } from './error-codes.ts';
import { exportedDocs } from './exported-docs.ts';
import { FILE_LINES_MAX, fileLength, FUNCTION_LINES_MAX, functionLength } from './length.ts';

test('domain-purity finds backends, settings and the terminal in packages/, and nowhere else', () => {
  const text = [
    "import { createServer } from 'node:http';",
    "import type { RedisClientType } from 'redis';",
    'const level = process.env.LOG_LEVEL;',
    "const same = globalThis.process['env'];",
    "console.error('x', node.console, processes.env);",
  ].join('\n');
  assert.deepEqual(findingsIn(domainPurity, { 'packages/x/src/a.ts': text, 'adapters/x/src/a.ts': text }), [
    'packages/x/src/a.ts:1 node:http does not belong into packages/',
    'packages/x/src/a.ts:2 redis does not belong into packages/',
    'packages/x/src/a.ts:3 process.env is read by services only',
    'packages/x/src/a.ts:4 process.env is read by services only',
    'packages/x/src/a.ts:5 console is not for packages/',
  ]);
});

test('domain-purity lets the domain use what has no effect outside', () => {
  const text =
    "import { randomBytes } from 'node:crypto';\nimport { open } from '@faasm/redis';\nprocess.cwd();";
  assert.deepEqual(findingsIn(domainPurity, { 'packages/x/src/a.ts': text }), []);
});

test('file-length counts lines, the last with or without its end', () => {
  const full = 'x\n'.repeat(FILE_LINES_MAX);
  assert.deepEqual(findingsIn(fileLength, { 'a.ts': full, 'b.lua': `${full}x`, 'c.md': `${full}x` }), [
    `b.lua:${FILE_LINES_MAX + 1} ${FILE_LINES_MAX + 1} lines, ${FILE_LINES_MAX} at most`,
  ]);
});

/** A block of so many lines. */
function body(lines: number): string {
  return `{\n${'  step();\n'.repeat(lines - 2)}}`;
}

test('function-length measures functions, methods and arrows, and no group of tests', () => {
  const long = body(FUNCTION_LINES_MAX + 1);
  const text = [
    `function fits() ${body(FUNCTION_LINES_MAX)}`,
    `function long() ${long}`,
    `class C { method() ${long} }`,
    `const arrow = async () => ${long};`,
    `describe('C', () => ${long});`,
  ].join('\n');
  const message = `this function has more than ${FUNCTION_LINES_MAX} lines`;
  assert.deepEqual(findingsIn(functionLength, { 'src/a.ts': text }), [
    `src/a.ts:71 ${message}`,
    `src/a.ts:142 ${message}`,
    `src/a.ts:213 ${message}`,
  ]);
});

test('exported-docs wants a doc comment at what is exported, and no list of exports', () => {
  const text = [
    "import { other } from './other.ts';",
    '/** Says so. */',
    'export const said = 1;',
    '/** Says so. */',
    '// oxlint-disable-next-line no-console -- the reason',
    'export const silenced = 1;',
    '/* not a doc comment */',
    'export function loud(x: number): void {}',
    '// why',
    'export interface Shape<T> {}',
    'export default class {}',
    'const own = 1;',
    'export { own };',
    'export { other };',
    "export { more } from './more.ts';",
  ].join('\n');
  assert.deepEqual(findingsIn(exportedDocs, { 'src/a.ts': text, 'src/a.test.ts': text }), [
    'src/a.ts:8 export function loud has no doc comment',
    'src/a.ts:10 export interface Shape has no doc comment',
    'src/a.ts:11 export default class has no doc comment',
    'src/a.ts:13 a list exports what this file declares',
  ]);
});

const QUEUE_CONTRACT = {
  'packages/s/src/queue.contract.ts': "import './cases.contract.ts';\nexport function queueContract() {}",
  'packages/s/src/cases.contract.ts': 'export const CASES = [];',
  'packages/s/src/contracts.ts': "export { queueContract } from './queue.contract.ts';",
  'adapters/good/src/queue.ts': 'export class Good implements Queue, Other {}',
  'adapters/good/src/queue.test.ts': "queueContract('Good', make);",
};

test('contracts is content when each adapter runs the contract of its port', () => {
  assert.deepEqual(findingsIn(contracts, QUEUE_CONTRACT), []);
});

test('contracts finds an adapter without its contract, a contract without an adapter, and one that nobody imports', () => {
  assert.deepEqual(
    findingsIn(contracts, {
      ...QUEUE_CONTRACT,
      'adapters/bad/src/queue.ts': '\nclass Bad implements Queue {}',
      'adapters/bad/src/queue.test.ts':
        "import { queueContract } from '@faasm/s/contracts';\n// queueContract()",
      'packages/s/src/store.contract.ts': 'export function storeContract() {}',
    }),
    [
      'adapters/bad/src/queue.ts:2 Bad implements Queue, and no test in adapters/bad runs queueContract',
      'packages/s/src/store.contract.ts:1 storeContract is for Store, which no class in adapters/ implements',
      'packages/s/src/store.contract.ts:1 nothing imports this contract',
    ],
  );
});

test('error-codes finds a code that nothing reports, and a page that names one that is not there', () => {
  const rule = errorCodes(['call.unknown', 'call.lost']);
  assert.deepEqual(
    findingsIn(rule, {
      'packages/protocol/src/error-catalogue.ts': "{\n  'call.unknown': {},\n  'call.lost': {},\n}",
      'packages/x/src/a.ts': "throw new FaasmError('call.unknown')",
      'packages/x/src/a.test.ts': "'call.lost'",
      'docs/a.md': 'ends with `call.unknown`\nor `call.strange`, in `file.name` or `stdx.ts`',
    }),
    [
      'packages/protocol/src/error-catalogue.ts:3 call.lost is reported by nothing',
      'docs/a.md:2 call.strange is not in the error catalogue',
    ],
  );
});
