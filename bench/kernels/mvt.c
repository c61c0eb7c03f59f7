/* x1 += A * y1 and x2 += transpose(A) * y2, the second one against the order in which A lies in memory. */
#include "kernel.h"

enum { N = 360, TIMES = 180 };
static double a[N][N], x1[N], x2[N], y1[N], y2[N];

uint32_t run(void) {
    for (int i = 0; i < N; i++) {
        x1[i] = fraction(i, 0);
        x2[i] = fraction(i, 1);
        y1[i] = fraction(i, 2);
        y2[i] = fraction(i, 3);
        for (int j = 0; j < N; j++) a[i][j] = fraction(i, j);
    }
    for (int time = 0; time < TIMES; time++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) x1[i] += a[i][j] * y1[j];
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) x2[i] += a[j][i] * y2[j];
    }
    return checksum_of(x1, N) ^ checksum_of(x2, N);
}
