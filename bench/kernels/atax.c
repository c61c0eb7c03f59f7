/* y = transpose(A) * (A * x), again and again with y scaled to be the next x. */
#include "kernel.h"

enum { ROWS = 380, COLUMNS = 420, TIMES = 200 };
static double a[ROWS][COLUMNS], x[COLUMNS], y[COLUMNS];

uint32_t run(void) {
    for (int j = 0; j < COLUMNS; j++) x[j] = 1 + fraction(j, 0);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) a[i][j] = fraction(i, j) / ROWS;
    for (int time = 0; time < TIMES; time++) {
        for (int j = 0; j < COLUMNS; j++) y[j] = 0;
        for (int i = 0; i < ROWS; i++) {
            double sum = 0;
            for (int j = 0; j < COLUMNS; j++) sum += a[i][j] * x[j];
            for (int j = 0; j < COLUMNS; j++) y[j] += a[i][j] * sum;
        }
        for (int j = 0; j < COLUMNS; j++) x[j] = y[j] / (1 + y[0]);
    }
    return checksum_of(y, COLUMNS);
}
