// What state costs a guest. The input says what to do: `read ROUNDS`, or `map KEYS BYTES`. Prints nanoseconds.
#include <faasm/core.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VALUE_BYTES (64 << 20)
#define CHUNK 65536

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static __attribute__((noinline)) uint64_t sum(const uint64_t *words, size_t count) {
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) total += words[i] ^ i;
  return total;
}

static int64_t time_of(const uint8_t *bytes, uint64_t *total) {
  int64_t from = now();
  *total += sum((const uint64_t *)bytes, VALUE_BYTES / sizeof(uint64_t));
  return now() - from;
}

// Lines of two times: reading own memory, and a mapped value of the same bytes. Which is first changes.
static void reads(int rounds) {
  uint8_t *own = malloc(VALUE_BYTES);
  uint8_t *mapped = faasmReadStatePtr("read", VALUE_BYTES);
  uint64_t total = 0;
  for (size_t i = 0; i < VALUE_BYTES; i++) own[i] = mapped[i] = (uint8_t)(i * 31);
  for (int round = -2; round < rounds; round++) {
    int64_t ownNs, mappedNs;
    if (round & 1) {
      ownNs = time_of(own, &total);
      mappedNs = time_of(mapped, &total);
    } else {
      mappedNs = time_of(mapped, &total);
      ownNs = time_of(own, &total);
    }
    if (round >= 0) printf("%lld %lld\n", ownNs, mappedNs);
  }
  if (total == 1) puts("never");
}

static int64_t time_to_map(const char *key, long bytes) {
  int64_t from = now();
  uint8_t *value = faasmReadStatePtr(key, bytes);
  int64_t ns = now() - from;
  value[0] = 1;
  return ns;
}

// Lines of two times: the first pointer to a value that this host has, and to one that it first has to ask the global tier for.
static void maps(int keys, long bytes) {
  for (int i = 0; i < keys; i++) {
    char here[32], nowhere[32];
    snprintf(here, sizeof here, "here-%d", i);
    snprintf(nowhere, sizeof nowhere, "nowhere-%d", i);
    faasmWriteStateOffset(here, bytes, 0, (const uint8_t *)"", 1);
    int64_t mapNs = time_to_map(here, bytes);
    printf("%lld %lld\n", mapNs, time_to_map(nowhere, bytes));
    faasmDeleteState(here);
    faasmDeleteState(nowhere);
  }
}

int main(void) {
  char input[64] = "";
  faasmGetInput(input, sizeof input - 1);
  int count = 0;
  long bytes = 0;
  if (sscanf(input, "read %d", &count) == 1) reads(count);
  else if (sscanf(input, "map %d %ld", &count, &bytes) == 2) maps(count, bytes);
  else return 2;
  return 0;
}
