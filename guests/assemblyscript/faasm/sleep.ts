// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'poll_oneoff')
declare function pollOneoff(subscriptions: usize, events: usize, count: usize, happened: usize): i32;

/** A subscription has 48 bytes, an event 32, their number 4. */
const scratch = memory.data(84, 8);

const MONOTONIC: u32 = 1;

/** Sleeps, holding no slot. */
export function sleep(milliseconds: i32): void {
  memory.fill(scratch, 0, 48);
  store<u32>(scratch, MONOTONIC, 16);
  store<u64>(scratch, <u64>milliseconds * 1_000_000, 24);
  pollOneoff(scratch, scratch + 48, 1, scratch + 80);
}
