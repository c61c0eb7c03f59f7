/* C = alpha * A * B + beta * C of dense matrices, some times over. */
#include "kernel.h"

enum { N = 300, TIMES = 3 };
static double a[N][N], b[N][N], c[N][N];

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = fraction(i, j);
            b[i][j] = fraction(j, i + 1);
            c[i][j] = fraction(i + 2, j);
        }
    for (int time = 0; time < TIMES; time++)
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) c[i][j] *= 0.2;
            for (int k = 0; k < N; k++)
                for (int j = 0; j < N; j++) c[i][j] += 1.5 * a[i][k] * b[k][j];
        }
    return checksum_of(&c[0][0], N * N);
}
