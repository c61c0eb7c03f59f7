/* The two products of the biconjugate gradient method, s = transpose(A) * r and q = A * p, in one pass. */
#include "kernel.h"

enum { ROWS = 410, COLUMNS = 390, TIMES = 200 };
static double a[ROWS][COLUMNS], s[COLUMNS], p[COLUMNS], q[ROWS], r[ROWS];

uint32_t run(void) {
    for (int j = 0; j < COLUMNS; j++) p[j] = fraction(j, 1);
    for (int i = 0; i < ROWS; i++) {
        r[i] = fraction(i, 2);
        for (int j = 0; j < COLUMNS; j++) a[i][j] = fraction(i, j);
    }
    for (int time = 0; time < TIMES; time++) {
        for (int j = 0; j < COLUMNS; j++) s[j] = time;
        for (int i = 0; i < ROWS; i++) {
            double sum = 0;
            for (int j = 0; j < COLUMNS; j++) {
                s[j] += r[i] * a[i][j];
                sum += a[i][j] * p[j];
            }
            q[i] = sum;
        }
        r[time] += 1 / (1 + s[0] + q[0]);
    }
    return checksum_of(s, COLUMNS) ^ checksum_of(q, ROWS);
}
