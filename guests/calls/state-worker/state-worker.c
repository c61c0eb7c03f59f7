// Does with state what its input says, a command a line: words with spaces between. Prints a line for each command that has
// something to tell. Numbers are decimal; bytes that are read are printed as runs, BYTExCOUNT.
#include <faasm/core.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VALUES_MAX 8
#define BUFFER_BYTES (4 * 1024 * 1024)

static char input[65536];
static uint8_t buffer[BUFFER_BYTES];

// Where values are mapped, by key.
static struct {
  char key[64];
  volatile uint8_t *pointer;
} mapped[VALUES_MAX];

static volatile uint8_t **pointerOf(const char *key) {
  for (int i = 0; i < VALUES_MAX; i++) {
    if (mapped[i].key[0] == 0) snprintf(mapped[i].key, sizeof mapped[i].key, "%s", key);
    if (strcmp(mapped[i].key, key) == 0) return &mapped[i].pointer;
  }
  abort();
}

static char *word(void) {
  char *next = strtok(NULL, " ");
  if (next == NULL) abort();
  return next;
}

static long number(void) { return strtol(word(), NULL, 10); }

static void printRuns(const volatile uint8_t *bytes, long length) {
  for (long at = 0; at < length;) {
    long end = at;
    while (end < length && bytes[end] == bytes[at]) end++;
    printf("%s%dx%ld", at == 0 ? "" : " ", bytes[at], end - at);
    at = end;
  }
  printf("\n");
}

static int64_t counterOf(const char *key) {
  int64_t count = 0;
  faasmReadState(key, (uint8_t *)&count, sizeof count);
  return count;
}

static void addOne(const char *key) {
  faasmPullState(key, sizeof(int64_t));
  int64_t count = counterOf(key) + 1;
  faasmWriteState(key, (const uint8_t *)&count, sizeof count);
  faasmPushState(key);
}

static void addUnderLock(const char *key, long times) {
  for (; times > 0; times--) {
    faasmLockStateGlobal(key);
    addOne(key);
    faasmUnlockStateGlobal(key);
  }
}

// What nobody should do: another may push between the pull and the push.
static void addWithoutLock(const char *key, long times) {
  for (; times > 0; times--) addOne(key);
}

// Less than so many microseconds, at random: those who were in each other's way come back at different times.
static void pauseAtRandom(unsigned microseconds) {
  unsigned random;
  if (getentropy(&random, sizeof random) != 0) abort();
  usleep(random % microseconds);
}

static void addByCompareAndSet(const char *key, long times) {
  for (int conflicts = 0; times > 0;) {
    int64_t version = faasmStateVersion(key);
    if (version > 0) faasmPullState(key, sizeof(int64_t));
    int64_t count = version > 0 ? counterOf(key) + 1 : 1;
    if (faasmCompareAndSetState(key, version, (const uint8_t *)&count, sizeof count) > 0) {
      times--;
      conflicts = 0;
    } else pauseAtRandom(1000u << (conflicts < 6 ? conflicts++ : 6));
  }
}

// Through a pointer, under this host's lock.
static void addLocally(const char *key, long times) {
  volatile int64_t *count = (volatile int64_t *)faasmReadStatePtr(key, sizeof *count);
  for (; times > 0; times--) {
    faasmLockStateWrite(key);
    *count += 1;
    faasmUnlockStateWrite(key);
  }
}

// Every second byte, from `offset` on: what another host does with the bytes between.
static void poke(volatile uint8_t *bytes, int value, long length, long stride) {
  for (long at = 0; at < length; at += stride) bytes[at] = (uint8_t)value;
}

static void lock(const char *mode, const char *key) {
  if (strcmp(mode, "read") == 0) faasmLockStateRead(key);
  else if (strcmp(mode, "write") == 0) faasmLockStateWrite(key);
  else faasmLockStateGlobal(key);
}

static void unlock(const char *mode, const char *key) {
  if (strcmp(mode, "read") == 0) faasmUnlockStateRead(key);
  else if (strcmp(mode, "write") == 0) faasmUnlockStateWrite(key);
  else faasmUnlockStateGlobal(key);
}

#define IS(name) (strcmp(command, name) == 0)

static int doWithCopies(const char *command) {
  if (IS("write")) { // write KEY TOTAL OFFSET BYTE LENGTH
    char *key = word();
    long total = number(), offset = number(), byte = number(), length = number();
    memset(buffer, (int)byte, length);
    faasmWriteStateOffset(key, total, offset, buffer, length);
  } else if (IS("read")) { // read KEY TOTAL OFFSET LENGTH
    char *key = word();
    long total = number(), offset = number(), length = number();
    faasmReadStateOffset(key, total, offset, buffer, length);
    printRuns(buffer, length);
  } else if (IS("size")) {
    printf("%zu\n", faasmReadStateSize(word()));
  } else return 0;
  return 1;
}

static int doWithPointers(const char *command) {
  if (IS("map")) { // map KEY TOTAL OFFSET LENGTH
    char *key = word();
    long total = number(), offset = number(), length = number();
    *pointerOf(key) = faasmReadStateOffsetPtr(key, total, offset, length);
  } else if (IS("poke")) { // poke KEY AT BYTE LENGTH STRIDE
    volatile uint8_t *bytes = *pointerOf(word()) + number();
    int byte = (int)number();
    long length = number();
    poke(bytes, byte, length, number());
  } else if (IS("peek")) { // peek KEY AT LENGTH
    volatile uint8_t *bytes = *pointerOf(word()) + number();
    printRuns(bytes, number());
  } else if (IS("await")) { // await KEY AT BYTE
    volatile uint8_t *bytes = *pointerOf(word()) + number();
    for (int byte = (int)number(); *bytes != byte;) usleep(1000);
  } else if (IS("flag")) { // flag KEY TOTAL OFFSET LENGTH STRIDE
    char *key = word();
    long total = number(), offset = number(), length = number(), stride = number();
    if (stride == 1) faasmFlagStateOffsetDirty(key, total, offset, length);
    else for (long at = 0; at < length; at += stride) faasmFlagStateOffsetDirty(key, total, offset + at, 1);
  } else if (IS("address")) {
    // Reads what stands there, mapped or not.
    volatile uint8_t *bytes = (volatile uint8_t *)number();
    printf("%d\n", *bytes);
  } else if (IS("pointer")) {
    printf("%lu\n", (unsigned long)*pointerOf(word()));
  } else return 0;
  return 1;
}

static int doTogether(const char *command) {
  if (IS("push")) faasmPushState(word());
  else if (IS("mask")) {
    char *key = word();
    faasmPushStatePartialMask(key, word());
  } else if (IS("pull")) {
    char *key = word();
    faasmPullState(key, number());
  } else if (IS("lock")) {
    char *mode = word();
    lock(mode, word());
  } else if (IS("unlock")) {
    char *mode = word();
    unlock(mode, word());
  } else if (IS("version")) printf("%lld\n", (long long)faasmStateVersion(word()));
  else if (IS("set")) { // set KEY VERSION BYTE LENGTH
    char *key = word();
    long version = number(), byte = number(), length = number();
    memset(buffer, (int)byte, length);
    printf("%lld\n", (long long)faasmCompareAndSetState(key, version, buffer, length));
  } else if (IS("increment")) {
    char *key = word();
    printf("%lld\n", (long long)faasmIncrementState(key, number()));
  } else if (IS("append")) { // append KEY BYTE LENGTH
    char *key = word();
    int byte = (int)number();
    long length = number();
    memset(buffer, byte, length);
    faasmAppendState(key, buffer, length);
  } else if (IS("elements")) { // elements KEY COUNT LENGTH
    char *key = word();
    long count = number(), length = number();
    memset(buffer, 0, length);
    faasmReadAppendedState(key, buffer, length, count);
    printRuns(buffer, length);
  } else if (IS("clear")) faasmClearAppendedState(word());
  else if (IS("delete")) printf("%d\n", faasmDeleteState(word()));
  else return 0;
  return 1;
}

static int doCounting(const char *command) {
  if (IS("add-locked")) {
    char *key = word();
    addUnderLock(key, number());
  } else if (IS("add-unlocked")) {
    char *key = word();
    addWithoutLock(key, number());
  } else if (IS("add-set")) {
    char *key = word();
    addByCompareAndSet(key, number());
  } else if (IS("add-local")) {
    char *key = word();
    addLocally(key, number());
  } else if (IS("count")) printf("%lld\n", (long long)counterOf(word()));
  else return 0;
  return 1;
}

static int doEnding(const char *command) {
  if (IS("sleep")) usleep((useconds_t)number() * 1000);
  else if (IS("spin")) for (volatile int i = 0;; i++) {}
  else if (IS("exit")) exit((int)number());
  else if (IS("trap")) __builtin_trap();
  else if (IS("say")) printf("%s\n", word());
  else return 0;
  return 1;
}

int main(void) {
  long length = faasmGetInput(input, sizeof input - 1);
  input[length] = 0;
  for (char *line = input, *next; line != NULL && *line != 0; line = next) {
    next = strchr(line, '\n');
    if (next != NULL) *next++ = 0;
    char *command = strtok(line, " ");
    if (command == NULL) continue;
    if (!doWithCopies(command) && !doWithPointers(command) && !doTogether(command) && !doCounting(command) &&
        !doEnding(command)) {
      fprintf(stderr, "There is no command %s\n", command);
      return 1;
    }
    fflush(stdout);
  }
  return 0;
}
