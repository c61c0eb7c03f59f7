/* Answers "before", then calls an import that no host has, if its input is not empty. */
#include <faasm/core.h>

__attribute__((import_module("env"), import_name("no_such_import"))) int no_such_import(int value);

int main(void) {
    faasmSetOutput("before", 6);
    if (faasmGetInputSize() == 0) return 0;
    return no_such_import(1);
}
