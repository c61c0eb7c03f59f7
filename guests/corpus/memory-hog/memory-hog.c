/*
 * Allocates and touches blocks of 1 MiB until it gets none, says so and exits with 3. Its output is the number of
 * blocks that it got.
 */
#include <faasm/core.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_SIZE (1024 * 1024)
#define PAGE_SIZE 4096

int main(void) {
    char answer[32];
    long blocks = 0;
    volatile char *block;

    while ((block = malloc(BLOCK_SIZE)) != NULL) {
        for (long offset = 0; offset < BLOCK_SIZE; offset += PAGE_SIZE) block[offset] = 1;
        blocks++;
    }

    fputs("denied\n", stderr);
    faasmSetOutput(answer, snprintf(answer, sizeof answer, "%ld", blocks));
    return 3;
}
