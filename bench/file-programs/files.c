// Moves bytes or opens files, COUNT times: `files copy|read|write|open COUNT`.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536
#define BLOCKS 16

static unsigned char from[BLOCKS][BLOCK], to[BLOCKS][BLOCK];

static int fail(const char *what) {
  perror(what);
  return 1;
}

static int move(const char *how, int count) {
  int fd = open("blocks", O_RDWR | O_CREAT, 0600);
  if (fd < 0) return fail("open");
  if (write(fd, from, sizeof from) != sizeof from) return fail("write");
  for (int i = 0; i < count; i++) {
    int block = i % BLOCKS;
    if (*how == 'c')
      __builtin_memcpy(to[block], from[block], BLOCK);
    else if (*how == 'r' ? pread(fd, to[block], BLOCK, block * BLOCK) != BLOCK
                         : pwrite(fd, from[block], BLOCK, block * BLOCK) != BLOCK)
      return fail(how);
    __asm__ volatile("" ::: "memory");
  }
  return 0;
}

static int open_all(int count) {
  char name[32];
  for (int i = 0; i < count; i++) {
    sprintf(name, "/files/f%d", i);
    int fd = open(name, O_RDONLY);
    if (fd < 0) return fail(name);
    close(fd);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int count = atoi(argv[2]);
  return strcmp(argv[1], "open") == 0 ? open_all(count) : move(argv[1], count);
}
