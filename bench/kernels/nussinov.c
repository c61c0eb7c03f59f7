/* How many bases of an RNA sequence can pair without crossing, by dynamic programming. */
#include "kernel.h"

enum { N = 520 };
static int32_t table[N][N];
static uint8_t sequence[N];

static int32_t larger(int32_t a, int32_t b) {
    return a > b ? a : b;
}

uint32_t run(void) {
    for (int i = 0; i < N; i++) sequence[i] = (uint32_t)i * 2654435761u >> 30;
    for (int i = N - 1; i >= 0; i--)
        for (int j = i; j < N; j++) {
            int32_t best = 0;
            if (j > i) {
                best = larger(table[i][j - 1], table[i + 1][j]);
                int32_t pairs = sequence[i] + sequence[j] == 3;
                best = larger(best, (j > i + 1 ? table[i + 1][j - 1] : 0) + (j > i + 1 ? pairs : 0));
            }
            for (int k = i + 1; k < j; k++) best = larger(best, table[i][k] + table[k + 1][j]);
            table[i][j] = best;
        }
    uint32_t sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = i; j < N; j++) sum = sum * 31 + (uint32_t)table[i][j];
    return sum;
}
