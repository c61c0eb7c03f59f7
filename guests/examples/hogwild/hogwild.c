// Logistic regression of pictures of clothes (Fashion-MNIST), trained by functions that run side by side and change the
// same weights without any lock: HOGWILD! (Niu, Recht, Ré, Wright, NIPS 2011). The weights are a state value that all
// functions of a host have mapped; a push now and then shows them to other hosts.
//
// Input, one of:
//   train WAY FIRST COUNT BATCH SEED   trains with COUNT pictures from FIRST on, in an order of its own
//   test FIRST COUNT                   prints how many of COUNT pictures are recognised
// WAY is how weights are shared: `mapped` as above; `whole`, which reads and writes all weights through the global copy for
// each batch; `sparse`, which learns on weights of its own and after each batch adds what it changed to the global copy.
//
// State: `fashion/images` has 784 bytes a picture, `fashion/labels` one; `fashion/weights` is made by the first use.
#include <faasm/core.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIXELS 784
#define CLASSES 10
/* A row of weights for each pixel, and one for the bias, so that a picture changes the rows of the pixels that it has. */
#define ROWS (PIXELS + 1)
#define WEIGHTS (ROWS * CLASSES)
/* So many rows that did not change are written along with their neighbours: it costs less than to write in two runs. */
#define ROWS_BETWEEN 8

typedef float Row[CLASSES];

static const char *const IMAGES = "fashion/images", *const LABELS = "fashion/labels", *const MODEL = "fashion/weights";
static const float RATE = 0.002f;

typedef struct {
    const uint8_t *images;
    const uint8_t *labels;
    long count;
} Pictures;

static Pictures pictures(void) {
    long count = (long)faasmReadStateSize(LABELS);
    if (count == 0 || (long)faasmReadStateSize(IMAGES) != count * PIXELS) {
        fprintf(stderr, "fashion/images and fashion/labels are not there, or do not belong together\n");
        exit(1);
    }
    return (Pictures){faasmReadStatePtr(IMAGES, count * PIXELS), faasmReadStatePtr(LABELS, count), count};
}

/* The rows that a picture touches, the bias last; returns how many. Darkness of a pixel is from 0 to 1. */
static int rows_of(const uint8_t *image, int rows[ROWS], float darkness[ROWS]) {
    int count = 0;
    for (int pixel = 0; pixel < PIXELS; pixel++) {
        if (image[pixel] == 0) continue;
        rows[count] = pixel;
        darkness[count++] = image[pixel] / 255.0f;
    }
    rows[count] = PIXELS;
    darkness[count++] = 1;
    return count;
}

/* How likely a picture is of each class: softmax of the weights' sums. */
static void likelihoods(const Row *weights, const int *rows, const float *darkness, int count, float likely[CLASSES]) {
    memset(likely, 0, sizeof(Row));
    for (int i = 0; i < count; i++)
        for (int class = 0; class < CLASSES; class++) likely[class] += weights[rows[i]][class] * darkness[i];
    float most = likely[0], sum = 0;
    for (int class = 1; class < CLASSES; class++) most = fmaxf(most, likely[class]);
    for (int class = 0; class < CLASSES; class++) sum += likely[class] = expf(likely[class] - most);
    for (int class = 0; class < CLASSES; class++) likely[class] /= sum;
}

/* One step of stochastic gradient descent. Rows that it changes are marked, if anybody wants to know. */
static void learn(Row *weights, const Pictures *all, long picture, uint8_t *changed) {
    int rows[ROWS];
    float darkness[ROWS];
    Row step;
    int count = rows_of(all->images + picture * PIXELS, rows, darkness);
    likelihoods(weights, rows, darkness, count, step);
    step[all->labels[picture]] -= 1;
    for (int i = 0; i < count; i++) {
        for (int class = 0; class < CLASSES; class++) weights[rows[i]][class] -= RATE * step[class] * darkness[i];
        if (changed != NULL) changed[rows[i]] = 1;
    }
}

/* The next picture: a linear congruential generator walks through them in an order of the function's own. */
static long next_picture(uint32_t *state, long first, long count) {
    *state = *state * 1664525u + 1013904223u;
    return first + (long)((*state >> 8) % (uint32_t)count);
}

/* Writes the rows that were changed, runs of them at once. */
static void write_rows(const Row *weights, const uint8_t *changed) {
    for (int row = 0; row < ROWS; row++) {
        if (!changed[row]) continue;
        int end = row + 1;
        for (int next = end; next < ROWS && next <= end + ROWS_BETWEEN; next++)
            if (changed[next]) end = next + 1;
        faasmWriteStateOffset(MODEL, WEIGHTS * sizeof(float), row * sizeof(Row), (const uint8_t *)weights[row],
                              (end - row) * sizeof(Row));
        row = end;
    }
}

static void train_mapped(const Pictures *all, long first, long count, long batch, uint32_t seed) {
    Row *weights = (Row *)faasmReadStatePtr(MODEL, WEIGHTS * sizeof(float));
    for (long i = 0; i < count; i++) {
        learn(weights, all, next_picture(&seed, first, count), NULL);
        /* Nothing is flagged: a push finds what has changed. */
        if ((i + 1) % (batch * 100) == 0) faasmPushState(MODEL);
    }
    faasmPushState(MODEL);
}

static void train_whole(const Pictures *all, long first, long count, long batch, uint32_t seed) {
    static Row weights[ROWS];
    for (long done = 0; done < count; done += batch) {
        faasmPullState(MODEL, sizeof weights);
        faasmReadState(MODEL, (uint8_t *)weights, sizeof weights);
        for (long i = done; i < count && i < done + batch; i++)
            learn(weights, all, next_picture(&seed, first, count), NULL);
        faasmWriteState(MODEL, (const uint8_t *)weights, sizeof weights);
        faasmPushState(MODEL);
    }
}

/*
 * Adds the own steps to the global copy, and takes those of others from it. `seen` is the model as it was last time, `own`
 * has the steps since. The lock is for functions of the same host, as they share its copy: a pull would undo what another
 * has written and not pushed yet.
 */
static void exchange(Row *seen, Row *own, uint8_t *changed) {
    static Row now[ROWS];
    faasmLockStateWrite(MODEL);
    faasmPullState(MODEL, sizeof now);
    faasmReadState(MODEL, (uint8_t *)now, sizeof now);
    for (int row = 0; row < ROWS; row++)
        for (int class = 0; changed[row] && class < CLASSES; class++)
            now[row][class] += own[row][class] - seen[row][class];
    write_rows(now, changed);
    faasmPushState(MODEL);
    faasmUnlockStateWrite(MODEL);
    memcpy(seen, now, sizeof now);
    memcpy(own, now, sizeof now);
    memset(changed, 0, ROWS);
}

/* More batches between two exchanges would cost less, but what several functions learn meanwhile does not add up well. */
static void train_sparse(const Pictures *all, long first, long count, long batch, uint32_t seed) {
    static Row seen[ROWS], own[ROWS];
    static uint8_t changed[ROWS];
    exchange(seen, own, changed);
    for (long i = 0; i < count; i++) {
        learn(own, all, next_picture(&seed, first, count), changed);
        if ((i + 1) % batch == 0 || i + 1 == count) exchange(seen, own, changed);
    }
}

static long recognised(const Pictures *all, long first, long count) {
    const Row *weights = (const Row *)faasmReadStatePtr(MODEL, WEIGHTS * sizeof(float));
    int rows[ROWS];
    float darkness[ROWS];
    Row likely;
    long right = 0;
    for (long picture = first; picture < first + count; picture++) {
        int touched = rows_of(all->images + picture * PIXELS, rows, darkness);
        likelihoods(weights, rows, darkness, touched, likely);
        int best = 0;
        for (int class = 1; class < CLASSES; class++)
            if (likely[class] > likely[best]) best = class;
        right += best == all->labels[picture];
    }
    return right;
}

int main(void) {
    char input[128] = "", way[16];
    long first, count, batch;
    unsigned seed;
    faasmGetInput(input, sizeof input - 1);
    int training = sscanf(input, "train %15s %ld %ld %ld %u", way, &first, &count, &batch, &seed) == 5;
    if (!training && sscanf(input, "test %ld %ld", &first, &count) != 2) {
        fprintf(stderr, "Input is neither train WAY FIRST COUNT BATCH SEED nor test FIRST COUNT\n");
        return 2;
    }
    Pictures all = pictures();
    if (first < 0 || count <= 0 || first + count > all.count || (training && batch <= 0)) {
        fprintf(stderr, "There are %ld pictures\n", all.count);
        return 2;
    }
    if (!training) printf("%ld of %ld\n", recognised(&all, first, count), count);
    else if (strcmp(way, "mapped") == 0) train_mapped(&all, first, count, batch, seed);
    else if (strcmp(way, "whole") == 0) train_whole(&all, first, count, batch, seed);
    else if (strcmp(way, "sparse") == 0) train_sparse(&all, first, count, batch, seed);
    else {
        fprintf(stderr, "No way of sharing weights is called %s: there are mapped, whole and sparse\n", way);
        return 2;
    }
    return 0;
}
