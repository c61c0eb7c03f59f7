/*
 * Numeric code: multiplies matrices, factors one into triangles and solves with it, smooths a grid. Standard output has
 * sums of the results; every bit of them stays in memory.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { N = 24 };

static double a[N][N], b[N][N], c[N][N], lower[N][N], upper[N][N], solution[N], grid[2][N + 2][N + 2];
static int64_t whole[N][N];

static uint32_t seed = 12345;

static double next(void) {
    seed = seed * 1664525u + 1013904223u;
    return (double)(seed >> 8) / (double)(1u << 24) + 0.25;
}

static void multiply(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

static void factor(void) {
    memcpy(upper, c, sizeof upper);
    for (int k = 0; k < N; k++) {
        lower[k][k] = 1;
        for (int i = k + 1; i < N; i++) {
            double ratio = upper[i][k] / upper[k][k];
            lower[i][k] = ratio;
            for (int j = k; j < N; j++) upper[i][j] -= ratio * upper[k][j];
        }
    }
}

static void solve(void) {
    double middle[N];
    for (int i = 0; i < N; i++) {
        middle[i] = a[i][0];
        for (int j = 0; j < i; j++) middle[i] -= lower[i][j] * middle[j];
    }
    for (int i = N - 1; i >= 0; i--) {
        solution[i] = middle[i];
        for (int j = i + 1; j < N; j++) solution[i] -= upper[i][j] * solution[j];
        solution[i] /= upper[i][i];
    }
}

static int smooth(void) {
    grid[0][N / 2][N / 2] = 1000;
    for (int round = 0;; round++) {
        double (*from)[N + 2] = grid[round % 2], (*to)[N + 2] = grid[(round + 1) % 2];
        double largest = 0;
        for (int i = 1; i <= N; i++)
            for (int j = 1; j <= N; j++) {
                to[i][j] = (from[i - 1][j] + from[i + 1][j] + from[i][j - 1] + from[i][j + 1]) / 4;
                double change = fabs(to[i][j] - from[i][j]);
                if (change > largest) largest = change;
            }
        if (largest < 4 || round == 40) return round;
    }
}

static void multiply_whole(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++) whole[i][j] += (int64_t)(i * 7 + k) * (k * 3 - j) ^ whole[j][i];
}

int main(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = next() + (i == j ? N : 0);
            b[i][j] = next() + (i == j ? N : 0);
        }
    multiply();
    factor();
    solve();
    int rounds = smooth();
    multiply_whole();
    double sum = 0;
    int64_t whole_sum = 0;
    for (int i = 0; i < N; i++) {
        sum += solution[i];
        for (int j = 0; j < N; j++) whole_sum += whole[i][j];
    }
    printf("%.17g %d %lld\n", sum, rounds, (long long)whole_sum);
    return 0;
}
