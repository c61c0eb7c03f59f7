/* Sets an output of as many bytes as its input says in decimal, in one call; each byte is 'x'. */
#include <faasm/core.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char digits[16];
    long read = faasmGetInput(digits, sizeof digits - 1);
    digits[read] = '\0';

    long size = atol(digits);
    char *output = malloc(size);
    if (output == NULL) return 1;

    memset(output, 'x', size);
    faasmSetOutput(output, size);
    return 0;
}
