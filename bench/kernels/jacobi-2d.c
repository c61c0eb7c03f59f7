/* Each point becomes the mean of itself and its four neighbours, with one grid for the old values and one for the new. */
#include "kernel.h"

enum { N = 240, STEPS = 500 };
static double grids[2][N][N];

static void step(double (*to)[N], double (*from)[N]) {
    for (int i = 1; i < N - 1; i++)
        for (int j = 1; j < N - 1; j++)
            to[i][j] = 0.2 * (from[i][j] + from[i][j - 1] + from[i][j + 1] + from[i - 1][j] + from[i + 1][j]);
}

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) grids[0][i][j] = grids[1][i][j] = fraction(i, j);
    for (int time = 0; time < STEPS; time++) {
        step(grids[1], grids[0]);
        step(grids[0], grids[1]);
    }
    return checksum_of(&grids[0][0][0], N * N);
}
