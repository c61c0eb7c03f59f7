/*
 * Prints what its constructors read of /greeting.txt, "constructor <text>", and then the file that its input names. Exits
 * with 1 when that cannot be read.
 */
#include <stdio.h>
#include <string.h>

static char greeting[100];

__attribute__((constructor)) static void read_greeting(void) {
    FILE *file = fopen("/greeting.txt", "r");
    if (file == NULL) return;
    fread(greeting, 1, sizeof(greeting) - 1, file);
    fclose(file);
}

int main(void) {
    char path[4096] = "";
    if (fgets(path, sizeof(path), stdin) == NULL) return 1;
    printf("constructor %s\n", greeting);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    static char buffer[65536];
    for (size_t count; (count = fread(buffer, 1, sizeof(buffer), file)) > 0;) fwrite(buffer, 1, count, stdout);
    fclose(file);
    /* A module that exports its constructors runs no destructors, which would do it. */
    return fflush(stdout);
}
