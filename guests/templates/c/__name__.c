/* Greets whom its input names, or the world. */
#include <faasm/core.h>
#include <stdio.h>

#define NAME_SIZE_MAX 256

int main(void) {
    char name[NAME_SIZE_MAX] = "world";
    char greeting[NAME_SIZE_MAX + 16];
    long size = faasmGetInput(name, sizeof name);
    if (size == 0) size = sizeof "world" - 1;

    faasmSetOutput(greeting, snprintf(greeting, sizeof greeting, "Hello, %.*s!", (int)size, name));
    return 0;
}
