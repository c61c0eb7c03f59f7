/* A = L * transpose(L) of a symmetric positive definite matrix, in place. */
#include "kernel.h"

#include <math.h>

enum { N = 640 };
static double a[N][N];

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++) {
            a[i][j] = i == j ? N : fraction(i, j);
            a[j][i] = a[i][j];
        }
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < i; j++) {
            for (int k = 0; k < j; k++) a[i][j] -= a[i][k] * a[j][k];
            a[i][j] /= a[j][j];
        }
        for (int k = 0; k < i; k++) a[i][i] -= a[i][k] * a[i][k];
        a[i][i] = sqrt(a[i][i]);
    }
    return checksum_of(&a[0][0], N * N);
}
