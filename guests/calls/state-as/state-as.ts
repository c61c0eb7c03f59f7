// The calls of state, as AssemblyScript has them. Each that was checked prints its name.
import { print } from '../../assemblyscript/faasm';
import * as state from '../../assemblyscript/faasm/state';
import { fdWrite, pathOpen } from '../../assemblyscript/wasi';

const CHUNK: i32 = 65_536;

/** Bytes as they are written in hexadecimal digits. */
function bytes(digits: string): ArrayBuffer {
  const made = new ArrayBuffer(digits.length / 2);
  for (let at = 0; at < made.byteLength; at++)
    store<u8>(changetype<usize>(made) + at, <u8>I32.parseInt(digits.substr(2 * at, 2), 16));
  return made;
}

function digits(all: ArrayBuffer): string {
  let shown = '';
  for (let at = 0; at < all.byteLength; at++)
    shown += load<u8>(changetype<usize>(all) + at)
      .toString(16)
      .padStart(2, '0');
  return shown;
}

function checked(call: string): void {
  print(call + '\n');
}

function copies(): void {
  assert(state.readState('copies').byteLength == 0);
  state.writeState('copies', bytes('0102030405060708'));
  checked('write_state');
  assert(state.readStateSize('copies') == 8);
  assert(digits(state.readState('copies')) == '0102030405060708');
  const start = new ArrayBuffer(3);
  assert(state.readStateInto('copies', start) == 8);
  assert(digits(start) == '010203');
  checked('read_state');
  assert(state.stateVersion('copies') == 0);
  state.pushState('copies');
  const version = state.stateVersion('copies');
  assert(version > 0);
  checked('push_state');
  checked('state_version');
  state.writeStateOffset('copies', 8, 6, bytes('4d4e'));
  checked('write_state_offset');
  const middle = new ArrayBuffer(3);
  state.readStateOffset('copies', 8, 5, middle);
  assert(digits(middle) == '064d4e');
  checked('read_state_offset');
  state.pushStatePartial('copies');
  assert(state.stateVersion('copies') > version);
  checked('push_state_partial');
  state.writeState('copies', bytes('0000000000000000'));
  state.pullState('copies', 8);
  assert(digits(state.readState('copies')) == '0102030405064d4e');
  checked('pull_state');
}

function masks(): void {
  state.writeState('masked', bytes('01010101'));
  state.pushState('masked');
  state.writeState('masked', bytes('02020202'));
  state.writeState('mask', bytes('000100ff'));
  state.pushStatePartialMask('masked', 'mask');
  state.pullState('masked', 4);
  assert(digits(state.readState('masked')) == '01020102');
  checked('push_state_partial_mask');
}

function pointers(): void {
  const total = 3 * CHUNK + 10;
  const all = state.readStatePtr('pointers', total);
  assert(all == state.readStatePtr('pointers', total));
  checked('read_state_ptr');
  assert(state.readStateOffsetPtr('pointers', total, CHUNK + 3, 5) == all + CHUNK + 3);
  checked('read_state_offset_ptr');
  store<u8>(all + 6, 8);
  store<u8>(all + 7, 9);
  state.flagStateOffsetDirty('pointers', total, 6, 1);
  state.pushState('pointers');
  state.pullState('pointers', total);
  assert(load<u8>(all + 6) == 8 && load<u8>(all + 7) == 0);
  checked('flag_state_offset_dirty');
  memory.fill(all, 5, total);
  state.flagStateDirty('pointers', total);
  state.pushState('pointers');
  memory.fill(all, 6, total);
  state.pullState('pointers', total);
  assert(load<u8>(all) == 5 && load<u8>(all + total - 1) == 5);
  checked('flag_state_dirty');
}

function files(): void {
  const path = String.UTF8.encode('three');
  const scratch = memory.data(12);
  assert(pathOpen(3, 0, changetype<usize>(path), path.byteLength, 1, 64, 0, 0, scratch + 8) == 0);
  const fd = load<i32>(scratch + 8);
  store<usize>(scratch, changetype<usize>(bytes('0a0b0c')));
  store<usize>(scratch, 3, 4);
  assert(fdWrite(fd, scratch, 1, scratch + 8) == 0);
  assert(state.writeStateFromFile('file', '/three') == 3);
  assert(digits(state.readState('file')) == '0a0b0c');
  checked('write_state_from_file');
}

function logs(): void {
  state.appendState('log', String.UTF8.encode('one'));
  state.appendState('log', String.UTF8.encode('three'));
  checked('append_state');
  const both = new ArrayBuffer(8);
  state.readAppendedState('log', both, 9);
  assert(String.UTF8.decode(both) == 'onethree');
  checked('read_appended_state');
  state.clearAppendedState('log');
  const none = new ArrayBuffer(1);
  state.readAppendedState('log', none, 9);
  assert(digits(none) == '00');
  checked('clear_appended_state');
}

function locks(): void {
  state.lockStateRead('locked');
  checked('lock_state_read');
  state.unlockStateRead('locked');
  checked('unlock_state_read');
  state.lockStateWrite('locked');
  checked('lock_state_write');
  state.unlockStateWrite('locked');
  checked('unlock_state_write');
  state.lockStateGlobal('locked');
  checked('lock_state_global');
  state.unlockStateGlobal('locked');
  state.lockStateGlobal('locked');
  state.unlockStateGlobal('locked');
  checked('unlock_state_global');
}

function keys(): void {
  const first = state.compareAndSetState('set', 0, bytes('6162'));
  assert(first > 0);
  assert(state.compareAndSetState('set', 0, bytes('6364')) == -1);
  assert(state.compareAndSetState('set', first, bytes('6566')) > first);
  assert(digits(state.readState('set')) == '6566');
  checked('compare_and_set_state');
  assert(state.incrementState('count', 5) == 5);
  assert(state.incrementState('count', -7) == -2);
  checked('increment_state');
  assert(state.listState('').join(' ') == 'copies count masked pointers set');
  assert(state.listState('masked').join(' ') == 'pointers set');
  assert(state.listState('set').length == 0);
  checked('list_state');
  assert(state.deleteState('set'));
  assert(!state.deleteState('set'));
  assert(state.readStateSize('set') == 0);
  checked('delete_state');
}

export function _start(): void {
  copies();
  masks();
  pointers();
  files();
  logs();
  locks();
  keys();
}
