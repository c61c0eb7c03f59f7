/* Greets whom its input names, or the world, on standard output. */
#include <faasm/core.h>
#include <stdio.h>

#define NAME_SIZE_MAX 256

int main(void) {
    char name[NAME_SIZE_MAX];
    long size = faasmGetInput(name, sizeof name);

    if (size == 0) {
        printf("Hello, world!\n");
    } else {
        printf("Hello, %.*s!\n", (int)size, name);
    }
    return 0;
}
