// Takes blocks of many sizes from the runtime while the host maps memory, gives some of them back, and looks in the end
// whether every byte of all is what was written. The host is told of each block, and compares where they are.

// What a failed assertion calls.
import '../../assemblyscript/faasm';

/** Whether the first mapping comes before the first block. */
@external('env', '__test_maps_first')
declare function mapsFirst(): i32;
@external('env', '__test_map')
declare function mapMemory(size: u32): usize;
/** A size of 0: the block is given back. */
@external('env', '__test_block')
declare function noteBlock(block: usize, size: u32): void;

const ROUNDS = 64;
const PAGE: u32 = 65536;

const blocks = new StaticArray<usize>(ROUNDS);
const blockSizes = new StaticArray<u32>(ROUNDS);
const mappings = new StaticArray<usize>(ROUNDS);
const mappingSizes = new StaticArray<u32>(ROUNDS);

function sizeOf(round: i32): u32 {
  switch (round % 5) {
    case 0:
      return 24;
    case 1:
      return 1000;
    case 2:
      return 70000;
    case 3:
      return 5000;
    default:
      return 300000;
  }
}

function fill(bytes: usize, size: u32, seed: u32): void {
  for (let i: u32 = 0; i < size; i++) store<u8>(bytes + i, <u8>(i * 31 + seed));
}

function isIntact(bytes: usize, size: u32, seed: u32): bool {
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(bytes + i) != <u8>(i * 31 + seed)) return false;
  }
  return true;
}

function takeMapping(round: i32): void {
  const size = PAGE * (1 + (round % 2));
  mappings[round] = mapMemory(size);
  mappingSizes[round] = size;
  fill(mappings[round], size, 100 + round);
}

function takeBlock(round: i32): void {
  const size = sizeOf(round) + round;
  blocks[round] = heap.alloc(size);
  blockSizes[round] = size;
  noteBlock(blocks[round], size);
  fill(blocks[round], size, round);
}

function giveBlock(round: i32): void {
  noteBlock(blocks[round], 0);
  heap.free(blocks[round]);
  blockSizes[round] = 0;
}

export function _start(): void {
  const first = mapsFirst() != 0;
  for (let round = 0; round < ROUNDS; round++) {
    if (first) takeMapping(round);
    takeBlock(round);
    if (!first) takeMapping(round);
    if (round % 3 == 2) giveBlock(round - 1);
  }
  for (let round = 0; round < ROUNDS; round++) {
    assert(isIntact(blocks[round], blockSizes[round], round));
    assert(isIntact(mappings[round], mappingSizes[round], 100 + round));
  }
}
