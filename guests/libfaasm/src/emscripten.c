/* What emscripten's libraries leave to JavaScript, which is not there. */
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Memory has grown: nobody has a view of it. */
void emscripten_notify_memory_growth(size_t memoryIndex) {
    (void)memoryIndex;
}

/* The upper half of a result of 64 bits, for `setjmp`. */
static int upperHalf;

void setTempRet0(int value) {
    upperHalf = value;
}

int getTempRet0(void) {
    return upperHalf;
}

#ifdef __cplusplus
}
#endif
