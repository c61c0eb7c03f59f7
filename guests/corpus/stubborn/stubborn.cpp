/*
 * Never ends by itself, and catches whatever would end it: C++'s `catch (...)` around a loop, and a destructor that loops, which
 * runs for an exception of any kind.
 */
static volatile unsigned turns;

struct Stubborn {
    ~Stubborn() {
        for (;;) turns = turns + 1;
    }
};

__attribute__((noinline)) static void work(unsigned until) {
    while (turns != until) turns = turns + 1;
    throw until;
}

int main() {
    for (;;) {
        try {
            Stubborn stubborn;
            for (unsigned until = 1000;; until += 1000) {
                try {
                    work(until);
                } catch (...) {
                }
            }
        } catch (...) {
        }
    }
}
