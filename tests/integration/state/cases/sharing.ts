import assert from 'node:assert/strict';
import type { HostCases } from '../host-cases.ts';
import { lines, run } from '../two-hosts.ts';

const CHUNK = 65_536;
/** Bytes that each of two writers writes, every second one. */
const SPREAD = 2_000;

/** What Faaslets see of each other's bytes, and what they do not. */
export const SHARING_CASES: HostCases = {
  'a push sends exactly the bytes that were written or flagged': async (make) => {
    const { hosts } = await make.shared();
    const [host, elsewhere] = hosts;
    await lines(host, ['write exact 16 0 1 16', 'push exact']);
    await lines(elsewhere, ['write exact 16 4 2 8', 'push exact', 'map exact 16 0 16', 'poke exact 0 3 4 1']);
    await lines(elsewhere, [
      'map exact 16 0 16',
      'poke exact 12 4 3 1',
      'flag exact 16 13 2 1',
      'push exact',
    ]);
    const read = await lines(host, ['pull exact 16', 'read exact 16 0 16']);
    assert.deepEqual(read, ['1x4 2x8 1x1 4x2 1x1']);
  },

  'chunks of a value that another host made are there when they are touched, one after the other': async (
    make,
  ) => {
    const { hosts } = await make.shared();
    const total = 3 * CHUNK;
    await lines(hosts[0], [
      `write far ${total} 0 1 ${CHUNK}`,
      `write far ${total} ${2 * CHUNK} 3 ${CHUNK}`,
      'push far',
    ]);
    const parts = [0, 1, 2].map((chunk) => `read far ${total} ${chunk * CHUNK} ${CHUNK}`);
    assert.deepEqual(await lines(hosts[1], parts), [`1x${CHUNK}`, `0x${CHUNK}`, `3x${CHUNK}`]);
  },

  'a log has the elements that both hosts appended, as many as are asked for': async (make) => {
    const { hosts } = await make.shared();
    const [host, elsewhere] = hosts;
    await lines(host, ['append log 1 2']);
    await lines(elsewhere, ['append log 2 3']);
    const read = await lines(host, ['elements log 1 5', 'elements log 9 6', 'clear log', 'elements log 9 1']);
    assert.deepEqual(read, ['1x2 0x3', '1x2 2x3 0x1', '0x1']);
  },

  'two hosts that write interleaved bytes of one chunk through pointers both survive': async (make) => {
    const { hosts } = await make.shared();
    const script = (first: number, byte: number): string[] => [
      `map weights ${CHUNK} 0 ${CHUNK}`,
      `poke weights ${first} ${byte} ${SPREAD - first} 2`,
      `flag weights ${CHUNK} ${first} ${SPREAD - first} 2`,
      'push weights',
    ];
    await Promise.all([lines(hosts[0], script(0, 1)), lines(hosts[1], script(1, 2))]);
    const expected = [
      ...Array.from({ length: SPREAD }, (_, at) => `${(at % 2) + 1}x1`),
      `0x${CHUNK - SPREAD}`,
    ];
    for (const host of hosts) {
      const read = await lines(host, [`pull weights ${CHUNK}`, `read weights ${CHUNK} 0 ${CHUNK}`]);
      assert.deepEqual(read, [expected.join(' ')]);
    }
  },

  'two hosts that forget to flag interleaved bytes both survive': async (make) => {
    const { hosts } = await make.shared();
    await lines(hosts[0], ['write weights 8 0 9 8', 'push weights']);
    await Promise.all([
      lines(hosts[0], ['map weights 8 0 8', 'poke weights 0 1 8 2', 'push weights']),
      lines(hosts[1], ['map weights 8 0 8', 'poke weights 1 2 7 2', 'push weights']),
    ]);
    const read = await lines(hosts[1], ['pull weights 8', 'read weights 8 0 8']);
    assert.deepEqual(read, ['1x1 2x1 1x1 2x1 1x1 2x1 1x1 2x1']);
  },

  'what one Faaslet writes through a pointer another on another thread sees at once, by pointer and by copy':
    async (make) => {
      const { hosts } = await make.shared();
      const [host] = hosts;
      const total = 3 * CHUNK + 5;
      const at = 2 * CHUNK + 1;
      // Each waits for the other, which both can only do while both run.
      const one = lines(host, [
        `map shared ${total} 0 ${total}`,
        `poke shared ${at} 1 1 1`,
        `await shared ${at} 2`,
        `poke shared ${at} 3 1 1`,
      ]);
      const other = lines(host, [
        `map shared ${total} ${at} 1`,
        'await shared 0 1',
        `read shared ${total} ${at} 1`,
        'poke shared 0 2 1 1',
        'await shared 0 3',
      ]);
      assert.deepEqual(await Promise.all([one, other]), [[], ['1x1']]);
    },

  'a call in a Faaslet that had a mapping sees nothing of it, and its address traps (I5)': async (make) => {
    const { hosts } = await make.shared();
    const [host] = hosts;
    const [address] = await lines(host, [
      `map secret ${CHUNK} 0 ${CHUNK}`,
      `poke secret 0 77 ${CHUNK} 1`,
      'pointer secret',
    ]);
    assert.ok(Number(address) >= CHUNK);
    const after = await run(host, [`address ${address}`]);
    assert.ok(after.result.outcome.type === 'error' && after.result.outcome.code === 'guest.trap');
    assert.deepEqual(after.lines, []);
    // The same place again, of another user's Faaslet too.
    for (const user of [host.user, 'other']) {
      const again = await lines(
        host,
        [`map open ${CHUNK} 0 ${CHUNK}`, 'pointer open', `peek open 0 ${CHUNK}`],
        user === undefined ? {} : { user },
      );
      assert.deepEqual(again, [address, `0x${CHUNK}`]);
    }
  },

  'two users with equal keys see only their own value, log and lock (I5)': async (make) => {
    const { hosts } = await make.shared();
    const [host, elsewhere] = hosts;
    await lines(host, ['write key 8 0 1 8', 'push key', 'lock global key', 'say locked'], { user: 'one' });
    const other = { user: 'two' };
    assert.deepEqual(await lines(host, ['size key', 'version key'], other), ['0', '0']);
    assert.deepEqual(await lines(host, ['lock global key', 'write key 3 0 2 3', 'push key'], other), []);
    for (const [user, size] of [
      ['one', 8],
      ['two', 3],
    ] as const) {
      const read = await lines(elsewhere, ['size key', `read key ${size} 0 ${size}`], { user });
      assert.deepEqual(read, [`${size}`, `${user === 'one' ? 1 : 2}x${size}`]);
    }
    assert.deepEqual(await lines(host, ['delete key'], other), ['1']);
    assert.deepEqual(await lines(elsewhere, ['size key'], { user: 'one' }), ['8']);
  },

  'a value that was deleted while others have it mapped stays theirs, and the next has zeros': async (
    make,
  ) => {
    const { hosts } = await make.shared();
    const [host] = hosts;
    await lines(host, ['write gone 4 0 7 4', 'push gone']);
    const holder = lines(host, [
      'map gone 4 0 4',
      'map signal 1 0 1',
      'poke signal 0 1 1 1',
      'await signal 0 2',
      'peek gone 0 4',
    ]);
    const remover = lines(host, [
      'map signal 1 0 1',
      'await signal 0 1',
      'delete gone',
      'read gone 4 0 4',
      'poke signal 0 2 1 1',
    ]);
    assert.deepEqual(await Promise.all([holder, remover]), [['7x4'], ['1', '0x4']]);
  },
};
