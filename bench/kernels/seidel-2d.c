/* Each point becomes the mean of itself and its eight neighbours, in place, so that each step waits for the one before. */
#include "kernel.h"

enum { N = 220, STEPS = 70 };
static double grid[N][N];

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) grid[i][j] = fraction(i, j);
    for (int time = 0; time < STEPS; time++)
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                grid[i][j] = (grid[i - 1][j - 1] + grid[i - 1][j] + grid[i - 1][j + 1] + grid[i][j - 1] + grid[i][j] +
                              grid[i][j + 1] + grid[i + 1][j - 1] + grid[i + 1][j] + grid[i + 1][j + 1]) /
                             9;
    return checksum_of(&grid[0][0], N * N);
}
