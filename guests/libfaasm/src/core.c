#include "faasm/core.h"

#define FAASM_IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

FAASM_IMPORT(__faasm_read_input) int __faasm_read_input(void *buffer, int bufferSize);
FAASM_IMPORT(__faasm_write_output) void __faasm_write_output(const void *output, int outputSize);

long faasmGetInputSize(void) {
    /* A size of 0 asks for the input's size instead of its bytes. */
    return __faasm_read_input(0, 0);
}

long faasmGetInput(void *buffer, long bufferSize) {
    if (bufferSize <= 0) return 0;
    return __faasm_read_input(buffer, bufferSize);
}

void faasmSetOutput(const void *output, long outputSize) {
    __faasm_write_output(output, outputSize);
}
