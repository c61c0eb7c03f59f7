// Multiplication of two square matrices by blocks, each block of the product by a call of its own: C = A B. The matrices are
// state values of N rows of N doubles each; a call maps the rows that it reads of A and the rows of its block of C, and
// all of B, so that functions of a host share them without a copy, and another host fetches no more than it reads.
//
// Input, one of:
//   fill N SEED                  makes `matmul/a` and `matmul/b`, whose numbers are small and whole
//   block N ROW COLUMN SIZE      computes SIZE rows and columns of `matmul/c` from ROW and COLUMN on, and pushes them
//   sum N                        prints the sum of all numbers of the product
#include <faasm/core.h>
#include <stdio.h>

typedef struct {
    const char *key;
    long n;
} Matrix;

static long bytes_of(Matrix matrix) {
    return matrix.n * matrix.n * (long)sizeof(double);
}

/* Rows from `row` on, mapped. */
static double *rows(Matrix matrix, long row, long count) {
    long stride = matrix.n * (long)sizeof(double);
    return (double *)faasmReadStateOffsetPtr(matrix.key, bytes_of(matrix), row * stride, count * stride);
}

static void fill(Matrix matrix, uint32_t seed) {
    double *numbers = rows(matrix, 0, matrix.n);
    for (long i = 0; i < matrix.n * matrix.n; i++) {
        seed = seed * 1664525u + 1013904223u;
        numbers[i] = (double)(seed >> 29);
    }
    faasmFlagStateDirty(matrix.key, bytes_of(matrix));
    faasmPushState(matrix.key);
}

static void multiply(Matrix a, Matrix b, Matrix c, long row, long column, long size) {
    const double *left = rows(a, row, size), *right = rows(b, 0, b.n);
    double *product = rows(c, row, size);
    for (long i = 0; i < size; i++) {
        double *out = product + i * c.n + column;
        for (long j = 0; j < size; j++) out[j] = 0;
        for (long k = 0; k < a.n; k++) {
            double factor = left[i * a.n + k];
            for (long j = 0; j < size; j++) out[j] += factor * right[k * b.n + column + j];
        }
        long offset = ((row + i) * c.n + column) * (long)sizeof(double);
        faasmFlagStateOffsetDirty(c.key, bytes_of(c), offset, size * (long)sizeof(double));
    }
    faasmPushStatePartial(c.key);
}

int main(void) {
    char input[128] = "";
    long n, row, column, size;
    unsigned seed;
    faasmGetInput(input, sizeof input - 1);
    if (sscanf(input, "fill %ld %u", &n, &seed) == 2 && n > 0) {
        fill((Matrix){"matmul/a", n}, seed);
        fill((Matrix){"matmul/b", n}, seed + 1);
    } else if (sscanf(input, "block %ld %ld %ld %ld", &n, &row, &column, &size) == 4 && row >= 0 && column >= 0 &&
               size > 0 && row + size <= n && column + size <= n) {
        multiply((Matrix){"matmul/a", n}, (Matrix){"matmul/b", n}, (Matrix){"matmul/c", n}, row, column, size);
    } else if (sscanf(input, "sum %ld", &n) == 1 && n > 0) {
        const double *numbers = rows((Matrix){"matmul/c", n}, 0, n);
        double sum = 0;
        for (long i = 0; i < n * n; i++) sum += numbers[i];
        printf("%.0f\n", sum);
    } else {
        fprintf(stderr, "Input is none of: fill N SEED, block N ROW COLUMN SIZE, sum N\n");
        return 2;
    }
    return 0;
}
