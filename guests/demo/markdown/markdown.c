/*
 * Answers with the HTML of its input, which is Markdown as GitHub has it. HTML in the input is shown as text. Links are as
 * they were written, whatever their scheme: who shows Markdown of strangers has to look at them.
 */
#include <faasm/core.h>
#include <md4c-html.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
    char *bytes;
    size_t size, room;
};

static void append(const MD_CHAR *text, MD_SIZE size, void *data) {
    struct buffer *output = data;
    if (output->room - output->size < size) {
        output->room = 2 * (output->size + size);
        output->bytes = realloc(output->bytes, output->room);
        if (output->bytes == NULL) {
            fputs("The HTML is larger than the memory of this function\n", stderr);
            exit(1);
        }
    }
    memcpy(output->bytes + output->size, text, size);
    output->size += size;
}

int main(void) {
    struct buffer output = {0};
    long size = faasmGetInputSize();
    char *input = malloc(size + 1);
    if (input == NULL) {
        fputs("The input is larger than the memory of this function\n", stderr);
        return 1;
    }
    faasmGetInput(input, size);
    if (md_html(input, size, append, &output, MD_DIALECT_GITHUB | MD_FLAG_NOHTML, 0) != 0) return 1;
    faasmSetOutput(output.bytes, output.size);
    return 0;
}
