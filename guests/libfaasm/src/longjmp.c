/* The upper half of a result of 64 bits, which emscripten's `setjmp` leaves to JavaScript that is not there. */
static int upper_half;

void setTempRet0(int value) { upper_half = value; }
int getTempRet0(void) { return upper_half; }
