/* A = L * U without pivoting, in place, of a matrix whose diagonal dominates. */
#include "kernel.h"

enum { N = 420 };
static double a[N][N];

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) a[i][j] = fraction(i, j) + (i == j ? N : 0);
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < i; j++) {
            for (int k = 0; k < j; k++) a[i][j] -= a[i][k] * a[k][j];
            a[i][j] /= a[j][j];
        }
        for (int j = i; j < N; j++)
            for (int k = 0; k < i; k++) a[i][j] -= a[i][k] * a[k][j];
    }
    return checksum_of(&a[0][0], N * N);
}
