/*
 * C++ with exceptions: thrown in hot loops and caught there or further out, thrown again, through calls by pointer and by
 * table, as classes and as numbers. Standard output has what was caught; the order in which everything was taken down stays
 * in memory.
 */
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

static uint32_t seed = 2024;

static uint32_t next() {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/** What happened, in its order. */
static uint32_t journal[4096];
static uint32_t entries;

static void note(uint32_t what) { journal[entries++ % 4096] = what; }

/** Notes that it was taken down, by whatever way its scope was left. */
struct Guard {
    uint32_t name;
    explicit Guard(uint32_t given) : name(given) {}
    ~Guard() { note(name); }
};

struct Odd : std::runtime_error {
    uint32_t value;
    explicit Odd(uint32_t given) : std::runtime_error("odd " + std::to_string(given)), value(given) {}
};

struct Step {
    virtual ~Step() = default;
    virtual uint32_t run(uint32_t value) = 0;
};

struct Halve : Step {
    uint32_t run(uint32_t value) override {
        Guard guard(1);
        if (value % 2 == 1) throw Odd(value);
        return value / 2;
    }
};

struct Shrink : Step {
    uint32_t run(uint32_t value) override {
        Guard guard(2);
        if (value > 1000) throw value % 1000;
        if (value % 7 == 0) throw std::out_of_range("a multiple of seven");
        return value - value / 3;
    }
};

/** Catches one kind, throws another again, and leaves the rest. */
struct Careful : Step {
    std::unique_ptr<Step> inner;
    explicit Careful(std::unique_ptr<Step> given) : inner(std::move(given)) {}

    uint32_t run(uint32_t value) override {
        Guard guard(3);
        try {
            return inner->run(value);
        } catch (const Odd &odd) {
            note(odd.value);
            if (odd.value % 3 == 0) throw;
            return odd.value + 1;
        } catch (uint32_t number) {
            if (number % 5 == 0) throw std::length_error("a multiple of five");
            throw;
        }
    }
};

/** Every kind of end that a chain of steps has, by count. */
struct Ends {
    uint32_t values, odd, ranges, lengths, numbers, others;
};

static uint32_t stepFurther(Step &step, uint32_t value, int depth) {
    Guard guard(100 + depth);
    return depth == 0 ? step.run(value) : stepFurther(step, value, depth - 1) + 1;
}

static Ends walk(const std::vector<std::unique_ptr<Step>> &steps) {
    Ends ends = {};
    for (int i = 0; i < 200; i++) {
        uint32_t value = next() % 3000;
        try {
            for (const auto &step : steps) {
                std::string label = "a string that has memory of its own, " + std::to_string(value);
                value = stepFurther(*step, value, i % 4) + label.size() % 2;
            }
            ends.values += value;
        } catch (const Odd &) {
            ends.odd++;
        } catch (const std::out_of_range &) {
            ends.ranges++;
        } catch (const std::logic_error &error) {
            ends.lengths += std::string(error.what()).size();
        } catch (uint32_t number) {
            ends.numbers += number;
        } catch (...) {
            ends.others++;
        }
    }
    return ends;
}

static void throwLong(uint32_t value) { throw static_cast<int64_t>(value) << 33; }
static void throwText(uint32_t value) { throw value % 2 == 0 ? "even" : "odd"; }
static void throwNothing(uint32_t value) { note(value); }
static void (*const throwers[])(uint32_t) = {throwLong, throwText, throwNothing};

/** Throws through calls by pointer, and within what handles another exception. */
static uint64_t throwAll() {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < 200; i++) {
        try {
            try {
                Guard guard(7);
                throwers[next() % 3](i);
            } catch (const char *text) {
                sum += static_cast<uint64_t>(text[0]);
                try {
                    throwLong(i);
                } catch (int64_t inner) {
                    sum += static_cast<uint64_t>(inner >> 30);
                }
                if (i % 2 == 0) throw;
            }
        } catch (int64_t value) {
            sum += static_cast<uint64_t>(value >> 32);
        } catch (...) {
            sum += 3;
            std::exception_ptr caught = std::current_exception();
            try {
                if (i % 8 == 0) std::rethrow_exception(caught);
            } catch (const char *again) {
                sum += static_cast<uint64_t>(again[1]);
            }
        }
    }
    return sum;
}

/** Loops within what handles an exception, and throws it again from there, out of the loop around. */
static uint32_t insist(uint32_t rounds) {
    uint32_t sum = 0;
    for (uint32_t round = 0; round < rounds; round++) {
        try {
            for (uint32_t i = 0;; i++) {
                try {
                    Guard guard(9);
                    throwers[(i + round) % 2](i);
                } catch (const char *text) {
                    for (uint32_t turn = 0; turn < 5; turn++) {
                        note(turn);
                        sum += static_cast<uint32_t>(text[0]);
                        if (next() % 16 == 0) throw;
                    }
                } catch (int64_t value) {
                    while (next() % 3 != 0) sum += static_cast<uint32_t>(value >> 33);
                    if (i > 20) throw i;
                }
            }
        } catch (const char *) {
            sum = sum * 31 + 1;
        } catch (uint32_t count) {
            sum = sum * 31 + count;
        }
    }
    return sum;
}

int main() {
    std::vector<std::unique_ptr<Step>> steps;
    steps.push_back(std::make_unique<Careful>(std::make_unique<Halve>()));
    steps.push_back(std::make_unique<Careful>(std::make_unique<Shrink>()));
    steps.push_back(std::make_unique<Halve>());
    Ends ends = walk(steps);
    printf("values %u, odd %u, ranges %u, lengths %u, numbers %u, others %u\n", ends.values, ends.odd,
           ends.ranges, ends.lengths, ends.numbers, ends.others);
    printf("thrown: %llu\n", static_cast<unsigned long long>(throwAll()));
    printf("insisted: %u\n", insist(20));
    printf("taken down: %u\n", entries);
    return 0;
}
