import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsIn } from '../planted.ts';
import { decisions } from './decisions.ts';
import { invariants } from './invariants.ts';
import { links } from './links.ts';
import { lockFile } from './lock-file.ts';
import { machinePaths } from './machine-paths.ts';
import { settings } from './settings.ts';
import { unfinishedWork } from './unfinished-work.ts';

test('unfinished-work finds marks, excuses, silenced checks, tests that do not run, and unfinished merges', () => {
  const text = [
    '// TODO: more',
    'throw new Error("Not implemented")',
    '// @ts-expect-error',
    '/* oxlint-disable no-console */',
    'it.only("x", () => {})',
    '<<<<<<< HEAD',
    'mktemp -d XXXXXX; const todos = only(1); // the method (TODOLIST) is done',
    '// oxlint-disable-next-line no-console -- the terminal is its output',
  ].join('\n');
  assert.deepEqual(
    findingsIn(unfinishedWork, { 'a.ts': text }).map((finding) => finding.split(': ')[0]),
    [
      'a.ts:1 TODO',
      'a.ts:2 Not implemented',
      'a.ts:3 @ts-expect-error',
      'a.ts:4 oxlint-disable',
      'a.ts:5 it.only(',
      'a.ts:6 <<<<<<<',
    ],
  );
});

test('machine-paths finds absolute paths of a machine, and no routes, relative paths or URLs', () => {
  const text = [
    "open('/tmp/x.sock')",
    'cd /home/me/faasm',
    'see ./tmp/x, ~/work/y, https://host/work/z, ${root}/tmp/a and /tmpfs; /tmp is writable',
    'a folder such as /root',
  ].join('\n');
  assert.deepEqual(findingsIn(machinePaths, { 'a.md': text }), [
    'a.md:1 /tmp/x.sock is a path of one machine',
    'a.md:2 /home/me/faasm is a path of one machine',
    'a.md:4 /root is a path of one machine',
  ]);
});

test('lock-file finds the name of a registry and a package without a hash', () => {
  const packages = {
    '': { name: 'root' },
    'node_modules/good': { version: '1.0.0', integrity: 'sha512-x' },
    'node_modules/@faasm/stdx': { resolved: 'packages/stdx', link: true },
    'packages/stdx': { version: '0.1.0' },
    'node_modules/named': { resolved: 'https://registry.example/named-1.0.0.tgz', integrity: 'sha512-y' },
    'node_modules/bare': { version: '1.0.0' },
  };
  assert.deepEqual(
    findingsIn(lockFile, { 'package-lock.json': JSON.stringify({ packages }, undefined, 2) }),
    [
      'package-lock.json:18 "resolved": "https://registry.example/named-1.0.0.tgz": keep omit-lockfile-registry-resolved=true in .npmrc and run npm install',
      'package-lock.json:21 node_modules/bare has no integrity hash',
    ],
  );
});

test('links finds links to files that are not there, and follows those that are', () => {
  const text = [
    '[ok](guide/a.md#part) [ok](guide/) [ok](https://x.org) [ok](#here) [ok](../README.md)',
    '[bad](guide/b.md)',
  ].join('\n');
  assert.deepEqual(findingsIn(links, { 'docs/index.md': text, 'docs/guide/a.md': '', 'README.md': '' }), [
    'docs/index.md:2 guide/b.md leads nowhere',
  ]);
});

const CONFIG = 'kind: ConfigMap\nmetadata:\n  name: faasm-config\ndata:\n  LOG_LEVEL: info\n';

test('settings accepts the ConfigMap that sets each setting', () => {
  assert.deepEqual(findingsIn(settings(['LOG_LEVEL']), { 'k8s/base/config.yaml': CONFIG }), []);
});

test('settings finds a setting that the ConfigMap lacks, a name that is none, and a ConfigMap that is not there', () => {
  const rule = settings(['LOG_LEVEL', 'EDGE_PORT']);
  const tree = { 'k8s/base/all.yaml': `kind: Namespace\n---\n${CONFIG}  LOG_LEVLE: info\n` };
  assert.deepEqual(findingsIn(rule, tree), [
    'k8s/base/all.yaml:6 EDGE_PORT is missing',
    'k8s/base/all.yaml:8 LOG_LEVLE is no setting',
  ]);
  assert.deepEqual(findingsIn(rule, { 'k8s/base/all.yaml': 'kind: Namespace' }), [
    'k8s/base:1 k8s/base has 0 ConfigMaps named faasm-config',
  ]);
});

test('invariants finds a claim without a test, a test without a claim, and a number that does not exist', () => {
  const table = [
    '| I1     | accepted | held |',
    '| I2     | ended    | held |',
    '| I3     | leases   | later |',
    '| I4     | counts   | maybe |',
  ].join('\n');
  const tests = "it('keeps a call (I1)', f);\nit('loses none (I3, I9)', f);";
  assert.deepEqual(findingsIn(invariants, { 'ARCHITECTURE.md': table, 'packages/x/src/a.test.ts': tests }), [
    'ARCHITECTURE.md:2 I2 is held, and no test cites it',
    'ARCHITECTURE.md:3 I3 is later, and tests cite it',
    'ARCHITECTURE.md:4 I4 is maybe',
    'packages/x/src/a.test.ts:2 I9 is not in the table of ARCHITECTURE.md',
  ]);
});

test('decisions finds records that do not look like one, or that the index does not have', () => {
  const good = '# 0001: It\n\n## Context\n\n## Decision\n\n## Consequences\n\n## Evidence\n';
  const tree = {
    'docs/decisions/README.md': '[0001](0001-it.md) [0002](0002-other.md)',
    'docs/decisions/0001-it.md': good,
    'docs/decisions/0002-other.md': good.replace('## Evidence', ''),
    'docs/decisions/Third.md': good.replace('0001', 'Thir'),
  };
  assert.deepEqual(findingsIn(decisions, tree), [
    'docs/decisions/0002-other.md:1 0002-other.md has a title without its number',
    'docs/decisions/0002-other.md:1 0002-other.md has the headings Context, Decision, Consequences',
    'docs/decisions/Third.md:1 Third.md is not named NNNN-what-was-decided.md',
    'docs/decisions/Third.md:1 Third.md is not in the index',
  ]);
});
