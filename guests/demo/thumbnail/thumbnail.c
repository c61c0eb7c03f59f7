/*
 * Answers with a small picture of its input, a JPEG, PNG, GIF, BMP, TGA, PSD or PPM: at most 256 pixels wide and high, or
 * as many as a line `size=NUMBER` before the picture says. One with transparency becomes a PNG, any other a JPEG. A picture
 * that is small enough keeps its size.
 */
#include <faasm/core.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STBI_NO_STDIO
#define STBI_NO_THREAD_LOCALS
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb_image_resize.h>
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>

#define SIZE_USUAL 256
#define SIZE_MAX_PIXELS 1024
/* Decoding takes up to 8 bytes a pixel, and a function has 128 MiB unless it is given more. */
#define PIXELS_MAX 10000000
#define JPEG_QUALITY 85
/* A whole small picture does not become larger than this; its pixels are 4 MiB at most. */
#define OUTPUT_ROOM (SIZE_MAX_PIXELS * SIZE_MAX_PIXELS * 4 + 65536)

static unsigned char *output;
static size_t output_size;

static _Noreturn void refuse(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void *room(size_t size) {
    void *bytes = malloc(size);
    if (bytes == NULL) refuse("The picture is larger than the memory of this function");
    return bytes;
}

static void append(void *context, void *bytes, int size) {
    (void)context;
    if (size < 0 || (size_t)size > OUTPUT_ROOM - output_size) refuse("The small picture is larger than its bound");
    memcpy(output + output_size, bytes, size);
    output_size += size;
}

/* Takes the line with the size off, if there is one. */
static long wanted_size(unsigned char **picture, long *picture_size) {
    static const char prefix[] = "size=";
    unsigned char *end = memchr(*picture, '\n', *picture_size < 32 ? *picture_size : 32);
    if (end == NULL || strncmp((char *)*picture, prefix, sizeof prefix - 1) != 0) return SIZE_USUAL;

    char *rest;
    long size = strtol((char *)*picture + sizeof prefix - 1, &rest, 10);
    if (rest != (char *)end || size < 1 || size > SIZE_MAX_PIXELS) refuse("The size is to be a number from 1 to 1024");
    *picture_size -= end + 1 - *picture;
    *picture = end + 1;
    return size;
}

int main(void) {
    long picture_size = faasmGetInputSize();
    unsigned char *picture = room(picture_size + 1);
    faasmGetInput(picture, picture_size);
    picture[picture_size] = '\0';
    long bound = wanted_size(&picture, &picture_size);

    int width, height, channels;
    if (!stbi_info_from_memory(picture, picture_size, &width, &height, &channels))
        refuse("The input is no picture that this function can read");
    if ((long long)width * height > PIXELS_MAX) refuse("The picture has more than 10000000 pixels");
    /* Grey is made of three colours as well; the even numbers have transparency. */
    channels = channels % 2 == 0 ? 4 : 3;
    unsigned char *pixels = stbi_load_from_memory(picture, picture_size, &width, &height, NULL, channels);
    if (pixels == NULL) refuse(stbi_failure_reason());

    int larger = width > height ? width : height;
    int small = larger < bound ? larger : bound;
    int small_width = (long long)width * small / larger, small_height = (long long)height * small / larger;
    if (small_width == 0) small_width = 1;
    if (small_height == 0) small_height = 1;
    unsigned char *small_pixels = room((size_t)small_width * small_height * channels);
    int alpha = channels == 4 ? 3 : STBIR_ALPHA_CHANNEL_NONE;
    if (!stbir_resize_uint8_srgb(pixels, width, height, 0, small_pixels, small_width, small_height, 0, channels, alpha, 0))
        refuse("The picture is larger than the memory of this function");
    free(pixels);

    output = room(OUTPUT_ROOM);
    int written = channels == 4
                      ? stbi_write_png_to_func(append, NULL, small_width, small_height, 4, small_pixels, 0)
                      : stbi_write_jpg_to_func(append, NULL, small_width, small_height, 3, small_pixels, JPEG_QUALITY);
    if (!written) refuse("The small picture could not be written");
    faasmSetOutput(output, output_size);
    return 0;
}
