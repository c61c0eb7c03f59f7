/*
 * `setjmp` and `longjmp`, which are WebAssembly exceptions here: a recursive parser that leaves by a jump at every error,
 * jumps from loops and over calls by pointer, and generators of numbers that jump back to where they were called.
 */
#include <csetjmp>
#include <cstdint>
#include <cstdio>

static uint32_t seed = 77;

static uint32_t next() {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

enum { UNEXPECTED = 1, TOO_DEEP, DIVIDED_BY_ZERO, TOO_LARGE };

static jmp_buf failed;
static const char *at;
static int depth;

static int32_t sum();

static int32_t factor() {
    if (++depth > 3) longjmp(failed, TOO_DEEP);
    int32_t value = 0;
    if (*at == '(') {
        at++;
        value = sum();
        if (*at++ != ')') longjmp(failed, UNEXPECTED);
    } else {
        if (*at < '0' || *at > '9') longjmp(failed, UNEXPECTED);
        while (*at >= '0' && *at <= '9') value = value * 10 + (*at++ - '0');
    }
    depth--;
    return value;
}

static int32_t product() {
    int32_t value = factor();
    while (*at == '*' || *at == '/') {
        char operation = *at++;
        int32_t right = factor();
        if (operation == '/' && right == 0) longjmp(failed, DIVIDED_BY_ZERO);
        value = operation == '*' ? value * right : value / right;
        if (value > 100000) longjmp(failed, TOO_LARGE);
    }
    return value;
}

static int32_t sum() {
    int32_t value = product();
    while (*at == '+') {
        at++;
        value += product();
    }
    return value;
}

/** A text that may be an expression. */
static void write(char *text, int length) {
    static const char letters[] = "01123++*//((())";
    for (int i = 0; i < length; i++) text[i] = letters[next() % (sizeof letters - 1)];
    text[length] = 0;
}

static uint32_t outcomes[5];

static void parseMany() {
    char text[16];
    for (int i = 0; i < 300; i++) {
        write(text, 1 + i % 12);
        at = text;
        depth = 0;
        int why = setjmp(failed);
        outcomes[why]++;
        if (why == 0) outcomes[0] += static_cast<uint32_t>(sum()) % 1000;
    }
}

static jmp_buf outer, inner;

static void leaveInner(int value) { longjmp(inner, value); }
static void leaveOuter(int value) { longjmp(outer, value); }
static void (*const leave[])(int) = {leaveInner, leaveOuter};

/** Two places to jump to, one within the other; the loop goes on where the jump went. */
static uint32_t jumpBetween() {
    volatile uint32_t jumped = 0;
    volatile int left = 100;
    int where = setjmp(outer);
    jumped = jumped * 31 + static_cast<uint32_t>(where);
    while (left > 0) {
        left = left - 1;
        int value = setjmp(inner);
        if (value != 0) {
            jumped = jumped * 17 + static_cast<uint32_t>(value);
            continue;
        }
        for (uint32_t i = 0;; i++)
            if (next() % 5 == 0) leave[next() % 2](static_cast<int>(i) + 1);
    }
    return jumped;
}

int main() {
    parseMany();
    printf("values %u, unexpected %u, deep %u, by zero %u, large %u\n", outcomes[0], outcomes[UNEXPECTED],
           outcomes[TOO_DEEP], outcomes[DIVIDED_BY_ZERO], outcomes[TOO_LARGE]);
    printf("jumped %u\n", jumpBetween());
    return 0;
}
