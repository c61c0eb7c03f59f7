/*
 * Answers whether a number below 2,000,000 is prime, such as "1999993 is prime". The sieve takes longer than anything else
 * here, so the zygote makes it: every Faaslet begins with it, and no call waits for it but the first one on a host.
 */
#include <faasm/core.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 2000000

static unsigned char composite[LIMIT];

FAASM_ZYGOTE() {
    composite[0] = composite[1] = 1;
    for (long factor = 2; factor * factor < LIMIT; factor++) {
        if (composite[factor]) continue;
        for (long multiple = factor * factor; multiple < LIMIT; multiple += factor) composite[multiple] = 1;
    }
    return 0;
}

int main(void) {
    char input[16] = {0};
    char answer[64];
    char *end;
    long size = faasmGetInputSize();
    if (size > 0 && size < (long)sizeof input) faasmGetInput((unsigned char *)input, size);

    long number = strtol(input, &end, 10);
    if (end == input || strspn(end, " \r\n") != strlen(end) || number < 0 || number >= LIMIT) {
        fprintf(stderr, "Input is to be a number from 0 to %d\n", LIMIT - 1);
        return 1;
    }
    int length = snprintf(answer, sizeof answer, "%ld is %sprime", number, composite[number] ? "not " : "");
    faasmSetOutput((unsigned char *)answer, length);
    return 0;
}
