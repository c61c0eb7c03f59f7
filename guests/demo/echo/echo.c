/* Answers with its input. */
#include <faasm/core.h>
#include <stdlib.h>

int main(void) {
    long size = faasmGetInputSize();
    if (size == 0) return 0;

    unsigned char *input = malloc(size);
    if (input == NULL) return 1;

    faasmSetOutput(input, faasmGetInput(input, size));
    return 0;
}
