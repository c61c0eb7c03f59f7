/*
 * Text and pointers: makes words, counts them in a hash table that grows, sorts them with the C library's `qsort` in two
 * orders, and matches patterns with recursion. Standard output has the words.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
    char *text;
    uint32_t count;
};

static struct word *table;
static size_t room, used;

static uint32_t hash(const char *text) {
    uint32_t value = 2166136261u;
    for (; *text != '\0'; text++) value = (value ^ (uint8_t)*text) * 16777619u;
    return value;
}

static struct word *find(const char *text) {
    size_t at = hash(text) & (room - 1);
    while (table[at].text != NULL && strcmp(table[at].text, text) != 0) at = (at + 1) & (room - 1);
    return &table[at];
}

static void grow(void) {
    struct word *old = table;
    size_t old_room = room;
    room = room == 0 ? 8 : room * 2;
    table = calloc(room, sizeof *table);
    if (table == NULL) abort();
    for (size_t i = 0; i < old_room; i++)
        if (old[i].text != NULL) *find(old[i].text) = old[i];
    free(old);
}

static void note(const char *text) {
    if (2 * used >= room) grow();
    struct word *word = find(text);
    if (word->text == NULL) {
        word->text = strdup(text);
        if (word->text == NULL) abort();
        used++;
    }
    word->count++;
}

static int by_text(const void *one, const void *other) {
    return strcmp(((const struct word *)one)->text, ((const struct word *)other)->text);
}

static int by_count(const void *one, const void *other) {
    uint32_t a = ((const struct word *)one)->count, b = ((const struct word *)other)->count;
    return a != b ? (a < b) - (a > b) : by_text(one, other);
}

/* Whether `text` is as `pattern` says: `*` stands for anything, `?` for one letter. */
static int matches(const char *pattern, const char *text) {
    for (; *pattern != '\0'; pattern++, text++) {
        if (*pattern == '*') {
            do {
                if (matches(pattern + 1, text)) return 1;
            } while (*text++ != '\0');
            return 0;
        }
        if (*text == '\0' || (*pattern != '?' && *pattern != *text)) return 0;
    }
    return *text == '\0';
}

static size_t compact(void) {
    size_t count = 0;
    for (size_t i = 0; i < room; i++)
        if (table[i].text != NULL) table[count++] = table[i];
    return count;
}

int main(void) {
    static const char *const syllables[] = {"ba", "co", "di", "fu", "ge", "lo", "mi"};
    uint32_t seed = 99;
    for (int i = 0; i < 300; i++) {
        char text[16] = "";
        for (int k = 0; k < 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            strcat(text, syllables[(seed >> 24) % 7]);
            if ((seed >> 16) % 3 == 0) break;
        }
        note(text);
    }
    size_t count = compact();
    int (*const orders[])(const void *, const void *) = {by_text, by_count};
    for (int i = 0; i < 2; i++) {
        qsort(table, count, sizeof *table, orders[i]);
        for (size_t k = 0; k < count && k < 20; k++) printf("%s %u ", table[k].text, (unsigned)table[k].count);
        putchar('\n');
    }
    static const char *const patterns[] = {"*", "b*o", "??", "*d*i*", "c?f*"};
    for (int i = 0; i < 5; i++) {
        unsigned matching = 0;
        for (size_t k = 0; k < count; k++) matching += (unsigned)matches(patterns[i], table[k].text);
        printf("%s %u\n", patterns[i], matching);
    }
    return 0;
}
