/* How much each two columns of a table of measurements have to do with one another. */
#include "kernel.h"

#include <math.h>

enum { ROWS = 420, COLUMNS = 380 };
static double data[ROWS][COLUMNS], result[COLUMNS][COLUMNS], mean[COLUMNS], deviation[COLUMNS];

uint32_t run(void) {
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) data[i][j] = fraction(i, j) + fraction(i * j, j);
    for (int j = 0; j < COLUMNS; j++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < ROWS; i++) sum += data[i][j];
        mean[j] = sum / ROWS;
        for (int i = 0; i < ROWS; i++) squares += (data[i][j] - mean[j]) * (data[i][j] - mean[j]);
        deviation[j] = sqrt(squares / ROWS) + 1e-9;
    }
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) data[i][j] = (data[i][j] - mean[j]) / deviation[j];
    for (int i = 0; i < COLUMNS; i++)
        for (int j = i; j < COLUMNS; j++) {
            double sum = 0;
            for (int k = 0; k < ROWS; k++) sum += data[k][i] * data[k][j];
            result[i][j] = result[j][i] = sum / ROWS;
        }
    return checksum_of(&result[0][0], COLUMNS * COLUMNS);
}
