/* Copies standard input to standard output; knows nothing of Faasm. */
#include <stdio.h>

int main(void) {
    char buffer[4096];
    size_t size;

    while ((size = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
        if (fwrite(buffer, 1, size, stdout) != size) return 1;
    }
    return ferror(stdin) ? 1 : 0;
}
