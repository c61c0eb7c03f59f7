import assert from 'node:assert/strict';
import type { HostCases } from '../host-cases.ts';
import { failure, lines, run } from '../two-hosts.ts';

const CHUNK = 65_536;

/** How a call ends that asks for more state than there may be. */
export const LIMIT_CASES: HostCases = {
  'a value larger than the limit is refused, by copy, by pointer and by compare-and-set': async (make) => {
    const { hosts } = await make.own({ valueBytesMax: CHUNK });
    const [host] = hosts;
    const over = CHUNK + 1;
    for (const command of [`write big ${over} 0 1 1`, `map big ${over} 0 1`, `set big 0 1 ${over}`]) {
      const { code, message } = failure(await run(host, [command]));
      assert.equal(code, 'guest.trap', command);
      assert.match(message, /demo\/big of 65537 bytes is over the limit of 65536 bytes/);
    }
    const [version, size] = await lines(host, [`set big 0 1 ${CHUNK}`, 'size big']);
    assert.deepEqual([Number(version) > 0, size], [true, `${CHUNK}`]);
  },

  'another size than the value has is refused, also of a mask': async (make) => {
    const { hosts } = await make.shared();
    const [host, elsewhere] = hosts;
    await lines(host, ['write sized 8 0 1 8', 'push sized', 'write mask 9 0 1 9', 'write small 4 0 1 4']);
    for (const one of [host, elsewhere]) {
      const { code, message } = failure(await run(one, ['read sized 9 0 1']));
      assert.deepEqual([code, message], ['guest.trap', `${host.user}/sized has 8 bytes, not 9`]);
    }
    for (const [mask, size] of [
      ['mask', 9],
      ['small', 4],
    ] as const) {
      const { message } = failure(await run(host, ['write sized 8 0 2 8', `mask sized ${mask}`]));
      assert.equal(message, `${host.user}/${mask} has ${size} bytes, not 8`);
    }
    assert.match(failure(await run(host, ['read sized 8 6 3'])).message, /Bytes 6 to 9 are not inside/);
  },

  'more mapped bytes than the window has are refused, and the next call maps again': async (make) => {
    const { hosts } = await make.own({ windowBytes: 4 * CHUNK });
    const [host] = hosts;
    const most = [`map one ${3 * CHUNK} 0 ${3 * CHUNK}`, 'map other 1 0 1'];
    await lines(host, most);
    const { code, message } = failure(await run(host, [...most, 'map third 1 0 1']));
    assert.equal(code, 'state.mapped_limit');
    assert.match(
      message,
      new RegExp(`maps ${5 * CHUNK} bytes of state, over the limit of ${4 * CHUNK} bytes`),
    );
    await lines(host, most);
  },

  'a call has at most 64 parts of values mapped; a part of a mapped part takes none': async (make) => {
    const { hosts } = await make.own({ windowBytes: 256 * CHUNK });
    const [host] = hosts;
    const total = 100 * CHUNK;
    const parts = Array.from({ length: 64 }, (_, i) => `map parts ${total} ${i * CHUNK} ${CHUNK}`);
    const again = parts.map((_, i) => `map parts ${total} ${i * CHUNK + 1} ${CHUNK - 1}`);
    await lines(host, [...parts, ...again, 'poke parts 0 1 1 1']);
    const { code, message } = failure(await run(host, [...parts, `map parts ${total} ${99 * CHUNK} 1`]));
    assert.equal(code, 'state.mapped_limit');
    assert.match(message, /over the limit of 64 parts/);
    await lines(host, parts);
  },

  'a full local tier refuses values until others are not used and were pushed': async (make) => {
    const { hosts } = await make.own({ localBytesMax: 3 * CHUNK, threads: 2 });
    const [host] = hosts;
    const all = 3 * CHUNK;
    // Changed and not pushed: it must stay.
    await lines(host, [`write kept ${all} 0 5 ${all}`]);
    const { code, message } = failure(await run(host, ['write more 1 0 1 1']));
    assert.equal(code, 'host.capacity');
    assert.match(message, new RegExp(`no room for ${CHUNK} more bytes of state: ${all} of ${all} bytes`));
    await lines(host, ['push kept']);
    assert.deepEqual(await lines(host, ['write more 1 0 1 1', 'read more 1 0 1']), ['1x1']);
    await lines(host, ['push more']);
    // Evicted, and pulled again.
    assert.deepEqual(await lines(host, [`read kept ${all} 0 ${all}`]), [`5x${all}`]);
  },

  'values that were deleted while a call has them mapped count until it ends': async (make) => {
    const { hosts } = await make.own({ localBytesMax: 4 * CHUNK });
    const [host] = hosts;
    // With its base a mapped value takes twice its size.
    const { code } = failure(
      await run(host, ['map one 1 0 1', 'delete one', 'map one 1 0 1', 'delete one', 'map one 1 0 1']),
    );
    assert.equal(code, 'host.capacity');
    assert.equal(host.host.local.usage.bytes <= 4 * CHUNK, true);
    await lines(host, ['map one 1 0 1', 'map two 1 0 1']);
  },
};
