/* Solves the Yule-Walker equations by Durbin's recursion. */
#include "kernel.h"

enum { N = 900, TIMES = 70 };
static double r[N], y[N], z[N];

static void durbin(void) {
    y[0] = -r[0];
    double beta = 1, alpha = -r[0];
    for (int k = 1; k < N; k++) {
        beta = (1 - alpha * alpha) * beta;
        double sum = 0;
        for (int i = 0; i < k; i++) sum += r[k - i - 1] * y[i];
        alpha = -(r[k] + sum) / beta;
        for (int i = 0; i < k; i++) z[i] = y[i] + alpha * y[k - i - 1];
        for (int i = 0; i < k; i++) y[i] = z[i];
        y[k] = alpha;
    }
}

uint32_t run(void) {
    uint32_t sum = 0;
    for (int time = 0; time < TIMES; time++) {
        for (int i = 0; i < N; i++) r[i] = fraction(i, time) / N;
        durbin();
        sum ^= checksum_of(y, N);
    }
    return sum;
}
