/* Declares 256 MiB of initial memory (by a linker option) and does nothing. */
int main(void) {
    return 0;
}
