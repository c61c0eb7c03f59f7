/* Answers with a QR code of its input, as an SVG picture: text as such, anything else as bytes. */
#include <faasm/core.h>
#include <qrcodegen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the largest code holds at the lowest error correction. */
#define INPUT_SIZE_MAX 2953
/* Light modules around the code that readers need. */
#define BORDER 4
/* "M177,177h1v1h-1z " and a NUL. */
#define MODULE_CHARS_MAX 18

static uint8_t code[qrcodegen_BUFFER_LEN_MAX];
static uint8_t scratch[qrcodegen_BUFFER_LEN_MAX];
static char svg[177 * 177 * MODULE_CHARS_MAX + 512];

static bool encode(const char *input, size_t size) {
    const int min = qrcodegen_VERSION_MIN, max = qrcodegen_VERSION_MAX;
    /* A text is numbers, capitals or bytes, whatever is shortest; one with NUL is bytes. */
    if (strlen(input) == size)
        return qrcodegen_encodeText(input, scratch, code, qrcodegen_Ecc_LOW, min, max, qrcodegen_Mask_AUTO, true);
    memcpy(scratch, input, size);
    return qrcodegen_encodeBinary(scratch, size, code, qrcodegen_Ecc_LOW, min, max, qrcodegen_Mask_AUTO, true);
}

int main(void) {
    static char input[INPUT_SIZE_MAX + 1];
    long size = faasmGetInputSize();
    if (size == 0 || size > INPUT_SIZE_MAX) {
        fprintf(stderr, "Input is to have 1 to %d bytes, received %ld\n", INPUT_SIZE_MAX, size);
        return 1;
    }
    faasmGetInput(input, size);
    if (!encode(input, size)) {
        fputs("Input does not fit into a QR code\n", stderr);
        return 1;
    }

    int modules = qrcodegen_getSize(code), side = modules + 2 * BORDER;
    size_t length = snprintf(svg, sizeof svg,
                             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">"
                             "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/><path d=\"",
                             side, side);
    for (int y = 0; y < modules; y++)
        for (int x = 0; x < modules; x++)
            if (qrcodegen_getModule(code, x, y))
                length += snprintf(svg + length, sizeof svg - length, "M%d,%dh1v1h-1z", x + BORDER, y + BORDER);
    length += snprintf(svg + length, sizeof svg - length, "\"/></svg>\n");
    faasmSetOutput(svg, length);
    return 0;
}
