/* A = Q * R by the modified Gram-Schmidt process, column by column. */
#include "kernel.h"

#include <math.h>

enum { ROWS = 360, COLUMNS = 340 };
static double a[ROWS][COLUMNS], q[ROWS][COLUMNS], r[COLUMNS][COLUMNS];

uint32_t run(void) {
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) a[i][j] = fraction(i, j) + (i == j ? 10 : 0);
    for (int k = 0; k < COLUMNS; k++) {
        double norm = 0;
        for (int i = 0; i < ROWS; i++) norm += a[i][k] * a[i][k];
        r[k][k] = sqrt(norm);
        for (int i = 0; i < ROWS; i++) q[i][k] = a[i][k] / r[k][k];
        for (int j = k + 1; j < COLUMNS; j++) {
            double sum = 0;
            for (int i = 0; i < ROWS; i++) sum += q[i][k] * a[i][j];
            r[k][j] = sum;
            for (int i = 0; i < ROWS; i++) a[i][j] -= q[i][k] * sum;
        }
    }
    return checksum_of(&q[0][0], ROWS * COLUMNS) ^ checksum_of(&r[0][0], COLUMNS * COLUMNS);
}
