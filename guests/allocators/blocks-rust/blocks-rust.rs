//! Takes blocks of many sizes from the standard library while the host maps memory, gives some of them back, and looks in
//! the end whether every byte of all is what was written. The host is told of each block, and compares where they are.

#[link(wasm_import_module = "env")]
extern "C" {
    /// Whether the first mapping comes before the first block.
    fn __test_maps_first() -> i32;
    fn __test_map(size: usize) -> *mut u8;
    /// A size of 0: the block is given back.
    fn __test_block(block: *const u8, size: usize);
}

const ROUNDS: usize = 64;
const PAGE: usize = 65536;
const SIZES: [usize; 5] = [24, 1000, 70000, 5000, 300000];

fn expected(index: usize, seed: usize) -> u8 {
    (index * 31 + seed) as u8
}

fn is_intact(bytes: &[u8], seed: usize) -> bool {
    bytes.iter().enumerate().all(|(i, &byte)| byte == expected(i, seed))
}

fn take_mapping(round: usize) -> &'static mut [u8] {
    let size = PAGE * (1 + round % 2);
    let mapping = unsafe { std::slice::from_raw_parts_mut(__test_map(size), size) };
    for (i, byte) in mapping.iter_mut().enumerate() {
        *byte = expected(i, 100 + round);
    }
    mapping
}

fn take_block(round: usize) -> Vec<u8> {
    let size = SIZES[round % 5] + round;
    let block: Vec<u8> = (0..size).map(|i| expected(i, round)).collect();
    unsafe { __test_block(block.as_ptr(), size) };
    block
}

fn main() {
    let first = unsafe { __test_maps_first() } != 0;
    // They have no room before: they are allocated as they grow, before and between mappings.
    let mut blocks = Vec::new();
    let mut mappings = Vec::new();
    for round in 0..ROUNDS {
        if first {
            mappings.push(take_mapping(round));
        }
        blocks.push(take_block(round));
        if !first {
            mappings.push(take_mapping(round));
        }
        if round % 3 == 2 {
            unsafe { __test_block(blocks[round - 1].as_ptr(), 0) };
            blocks[round - 1] = Vec::new();
        }
    }
    for round in 0..ROUNDS {
        assert!(is_intact(&blocks[round], round));
        assert!(is_intact(mappings[round], 100 + round));
    }
}
