/* C = alpha * A * B + beta * C, dense matrices. */
#include "kernel.h"

enum { N = 420 };
static double a[N][N], b[N][N], c[N][N];

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = fraction(i, j);
            b[i][j] = fraction(j, i + 1);
            c[i][j] = fraction(i + 2, j);
        }
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) c[i][j] *= 1.2;
        for (int k = 0; k < N; k++)
            for (int j = 0; j < N; j++) c[i][j] += 1.5 * a[i][k] * b[k][j];
    }
    return checksum_of(&c[0][0], N * N);
}
