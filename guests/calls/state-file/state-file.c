// Makes a state value of the file that its input names, and prints its size. /large is there, /link leads to it.
#include "../expect.h"
#include <faasm/core.h>
#include <unistd.h>

#define LARGE (3 * 65536 + 10)

int main(void) {
  static char path[5001], bytes[LARGE];
  memset(bytes, 'x', LARGE);
  FILE *file = fopen("/large", "w");
  IS(fwrite(bytes, 1, LARGE, file), LARGE);
  IS(fclose(file), 0);
  IS(symlink("large", "/link"), 0);
  IS(faasmGetInput(path, sizeof path - 1) > 0, 1);
  char size[16];
  faasmSetOutput(size, sprintf(size, "%zu", faasmWriteStateFromFile("value", path)));
  faasmPushState("value");
  return 0;
}
