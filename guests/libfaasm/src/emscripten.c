/* What emscripten's libraries call when memory has grown, for the sake of JavaScript that is not there. */
#include <stddef.h>

#ifdef __cplusplus
extern "C"
#endif
void emscripten_notify_memory_growth(size_t memoryIndex);

void emscripten_notify_memory_growth(size_t memoryIndex) {
    (void)memoryIndex;
}
