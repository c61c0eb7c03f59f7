import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../run.ts';
import { documentedCommand, operationsBlocks } from './documented-commands.ts';

const needsRoot = process.getuid?.() === 0 ? {} : { skip: 'a network namespace is made as root' };

test('the commands that show the settings of a host show them', async () => {
  const hugePages = await run('sh', ['-c', await documentedCommand('cat /sys')]);
  assert.match(hugePages, /\[(always|madvise|never)\]/);
  const settings = await run('sh', ['-c', await documentedCommand('sysctl vm.')]);
  assert.deepEqual(
    [...parseSettings(settings).keys()],
    ['vm.overcommit_memory', 'net.core.somaxconn', 'net.ipv4.tcp_tw_reuse', 'net.ipv4.tcp_fin_timeout'],
  );
});

test('the kernel takes the connection settings, each network namespace for itself', needsRoot, async () => {
  const block = (await operationsBlocks()).find(({ lines }) => lines[0]?.includes('/etc/sysctl.d/'));
  assert.ok(block);
  const documented = parseSettings(block.lines.join('\n'));
  assert.deepEqual(Object.fromEntries(documented), {
    'net.ipv4.tcp_tw_reuse': '1',
    'net.ipv4.tcp_fin_timeout': '15',
    'net.core.somaxconn': '65535',
  });
  const keys = [...documented.keys()];
  const before = await run('sysctl', keys);
  const folder = await mkdtemp(join(tmpdir(), 'faasm-sysctl-'));
  try {
    const file = join(folder, 'faasm.conf');
    await writeFile(file, block.lines.join('\n'));
    const script = `sysctl --quiet --load=${file} && sysctl ${keys.join(' ')}`;
    const inside = await run('unshare', ['--net', 'sh', '-c', script]);
    assert.deepEqual(parseSettings(inside), documented);
  } finally {
    await rm(folder, { recursive: true });
  }
  assert.equal(await run('sysctl', keys), before);
});

test('tcp_tw_recycle is gone from this kernel', async () => {
  const [major = 0, minor = 0] = (await readFile('/proc/sys/kernel/osrelease', 'utf8'))
    .split('.')
    .map(Number);
  assert.ok(major > 4 || (major === 4 && minor >= 12), 'Linux is 4.12 or newer');
  await assert.rejects(access('/proc/sys/net/ipv4/tcp_tw_recycle'), { code: 'ENOENT' });
});

/** Lines `name = value`; comments are left out. */
function parseSettings(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [name = '', value = ''] = line.split('=').map((part) => part.trim());
      return [name, value];
    }),
  );
}
