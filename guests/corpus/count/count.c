/*
 * Burns a bounded amount of CPU: as many rounds of a xorshift generator as its input says in decimal. The output is
 * the last value in decimal.
 */
#include <faasm/core.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    char digits[24];
    long read = faasmGetInput(digits, sizeof digits - 1);
    digits[read] = '\0';

    uint32_t value = 1;
    for (uint64_t rounds = strtoull(digits, NULL, 10); rounds > 0; rounds--) {
        value ^= value << 13;
        value ^= value >> 17;
        value ^= value << 5;
    }

    char answer[16];
    faasmSetOutput(answer, snprintf(answer, sizeof answer, "%u", (unsigned)value));
    return 0;
}
