/* Fails with status 7 after it wrote to standard error and set an output. */
#include <faasm/core.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    fputs("about to fail\n", stderr);
    faasmSetOutput("partial", 7);
    exit(7);
}
