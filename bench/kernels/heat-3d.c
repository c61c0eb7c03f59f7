/* The heat equation in a cube, by second differences, with one grid for the old values and one for the new. */
#include "kernel.h"

enum { N = 40, STEPS = 250 };
typedef double Grid[N][N][N];
static Grid grids[2];

static double bend(double before, double here, double after) {
    return 0.125 * (before - 2 * here + after);
}

static void step(Grid to, Grid from) {
    for (int i = 1; i < N - 1; i++)
        for (int j = 1; j < N - 1; j++)
            for (int k = 1; k < N - 1; k++) {
                double here = from[i][j][k];
                to[i][j][k] = here + bend(from[i - 1][j][k], here, from[i + 1][j][k]) +
                              bend(from[i][j - 1][k], here, from[i][j + 1][k]) +
                              bend(from[i][j][k - 1], here, from[i][j][k + 1]);
            }
}

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++) grids[0][i][j][k] = grids[1][i][j][k] = fraction(i + j, N - k);
    for (int time = 0; time < STEPS; time++) {
        step(grids[1], grids[0]);
        step(grids[0], grids[1]);
    }
    return checksum_of(&grids[0][0][0][0], (size_t)N * N * N);
}
