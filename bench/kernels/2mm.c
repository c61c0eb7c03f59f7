/* D = alpha * A * B * C + beta * D, with the product of A and B kept in between. */
#include "kernel.h"

enum { N = 260 };
static double a[N][N], b[N][N], c[N][N], d[N][N], product[N][N];

uint32_t run(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = fraction(i, j);
            b[i][j] = fraction(i, j + 1);
            c[i][j] = fraction(i + 3, j);
            d[i][j] = fraction(j, i + 2);
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++) sum += 1.5 * a[i][k] * b[k][j];
            product[i][j] = sum;
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 1.2 * d[i][j];
            for (int k = 0; k < N; k++) sum += product[i][k] * c[k][j];
            d[i][j] = sum;
        }
    return checksum_of(&d[0][0], N * N);
}
