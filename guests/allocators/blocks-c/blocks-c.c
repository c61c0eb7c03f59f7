/*
 * Takes blocks of many sizes from the C library while the host maps memory, gives some of them back, and looks in the
 * end whether every byte of all is what was written. The host is told of each block, and compares where they are.
 */
#include <stdint.h>
#include <stdlib.h>

#define ROUNDS 64
#define PAGE 65536u
#define HOST(name) __attribute__((import_module("env"), import_name(#name)))

/* Whether the first mapping comes before the first block. */
HOST(__test_maps_first) int mapsFirst(void);
HOST(__test_map) uint8_t *mapMemory(uint32_t size);
/* A size of 0: the block is given back. */
HOST(__test_block) void noteBlock(const uint8_t *block, uint32_t size);

static const uint32_t SIZES[] = {24, 1000, 70000, 5000, 300000};

struct part {
    uint8_t *bytes;
    uint32_t size;
    uint8_t seed;
};

static struct part blocks[ROUNDS];
static struct part mappings[ROUNDS];

static void fill(struct part part) {
    for (uint32_t i = 0; i < part.size; i++) part.bytes[i] = (uint8_t)(i * 31 + part.seed);
}

static int isIntact(struct part part) {
    for (uint32_t i = 0; i < part.size; i++) {
        if (part.bytes[i] != (uint8_t)(i * 31 + part.seed)) return 0;
    }
    return 1;
}

static void takeMapping(int round) {
    const uint32_t size = PAGE * (1 + round % 2);
    mappings[round] = (struct part){mapMemory(size), size, (uint8_t)(100 + round)};
    fill(mappings[round]);
}

static void takeBlock(int round) {
    const uint32_t size = SIZES[round % 5] + round;
    blocks[round] = (struct part){malloc(size), size, (uint8_t)round};
    if (blocks[round].bytes == NULL) abort();
    noteBlock(blocks[round].bytes, size);
    fill(blocks[round]);
}

static void giveBlock(int round) {
    noteBlock(blocks[round].bytes, 0);
    free(blocks[round].bytes);
    blocks[round].size = 0;
}

int main(void) {
    const int first = mapsFirst();
    for (int round = 0; round < ROUNDS; round++) {
        if (first) takeMapping(round);
        takeBlock(round);
        if (!first) takeMapping(round);
        if (round % 3 == 2) giveBlock(round - 1);
    }
    for (int round = 0; round < ROUNDS; round++) {
        if (!isIntact(blocks[round]) || !isIntact(mappings[round])) return 1 + round;
    }
    return 0;
}
