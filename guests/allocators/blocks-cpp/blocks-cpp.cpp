/*
 * Takes blocks of many sizes from `new` while the host maps memory, gives some of them back, and looks in the end whether
 * every byte of all is what was written. The host is told of each block, and compares where they are.
 */
#include <cstdint>
#include <memory>
#include <vector>

#define HOST(name) extern "C" __attribute__((import_module("env"), import_name(#name)))

/** Whether the first mapping comes before the first block. */
HOST(__test_maps_first) int mapsFirst();
HOST(__test_map) uint8_t *mapMemory(uint32_t size);
/** A size of 0: the block is given back. */
HOST(__test_block) void noteBlock(const uint8_t *block, uint32_t size);

static constexpr uint32_t ROUNDS = 64;
static constexpr uint32_t PAGE = 65536;
static constexpr uint32_t SIZES[] = {24, 1000, 70000, 5000, 300000};

static void fill(uint8_t *bytes, uint32_t size, uint32_t seed) {
    for (uint32_t i = 0; i < size; i++) bytes[i] = static_cast<uint8_t>(i * 31 + seed);
}

static bool isIntact(const uint8_t *bytes, uint32_t size, uint32_t seed) {
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != static_cast<uint8_t>(i * 31 + seed)) return false;
    }
    return true;
}

struct Block {
    std::unique_ptr<uint8_t[]> bytes;
    uint32_t size;
};

struct Mapping {
    uint8_t *bytes;
    uint32_t size;
};

static Mapping takeMapping(uint32_t round) {
    const uint32_t size = PAGE * (1 + round % 2);
    const Mapping mapping{mapMemory(size), size};
    fill(mapping.bytes, size, 100 + round);
    return mapping;
}

static Block takeBlock(uint32_t round) {
    const uint32_t size = SIZES[round % 5] + round;
    Block block{std::make_unique<uint8_t[]>(size), size};
    noteBlock(block.bytes.get(), size);
    fill(block.bytes.get(), size, round);
    return block;
}

int main() {
    const bool first = mapsFirst() != 0;
    // They have no room before: they are allocated as they grow, before and between mappings.
    std::vector<Block> blocks;
    std::vector<Mapping> mappings;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        if (first) mappings.push_back(takeMapping(round));
        blocks.push_back(takeBlock(round));
        if (!first) mappings.push_back(takeMapping(round));
        if (round % 3 != 2) continue;
        noteBlock(blocks[round - 1].bytes.get(), 0);
        blocks[round - 1] = Block{nullptr, 0};
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const auto &[bytes, size] = mappings[round];
        if (!isIntact(blocks[round].bytes.get(), blocks[round].size, round)) return 1;
        if (!isIntact(bytes, size, 100 + round)) return 2;
    }
    return 0;
}
