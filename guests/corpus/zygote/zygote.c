/*
 * Answers with how often its constructor, its zygote and its main have run in this instance, such as "1 1 1": the
 * first two run before the snapshot, and no call sees what another one counted.
 */
#include <faasm/core.h>
#include <stdio.h>

static int constructorRuns;
static int zygoteRuns;
static int mainRuns;

__attribute__((constructor)) static void construct(void) {
    constructorRuns++;
}

FAASM_ZYGOTE() {
    zygoteRuns++;
    return 0;
}

int main(void) {
    char answer[48];
    mainRuns++;
    faasmSetOutput(answer, snprintf(answer, sizeof answer, "%d %d %d", constructorRuns, zygoteRuns, mainRuns));
    return 0;
}
