/* What every kernel defines, and what it may use for it. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Fills its data, runs, and returns a checksum of its result: the same one each time. */
uint32_t run(void);

/* Of the bits of numbers, so that one which differs in its last place is seen. */
static inline uint32_t checksum_of(const double *values, size_t count) {
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        sum = (sum ^ bits ^ (bits >> 32)) * 1099511628211u;
    }
    return (uint32_t)(sum ^ (sum >> 32));
}

/* A number from 0 to less than 1 for each place of a matrix. */
static inline double fraction(uint32_t i, uint32_t j) {
    return (double)((i * 31 + j * 17 + i * j) % 1009) / 1009;
}

#endif
