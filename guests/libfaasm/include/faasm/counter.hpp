#ifndef FAASM_COUNTER_HPP
#define FAASM_COUNTER_HPP

#include <faasm/core.h>

#include <string>
#include <utility>

namespace faasm {

/*
 * A number that functions on all hosts count with: a state value of 8 bytes, changed at the global copy, one change after
 * the other. It is 0 before its first change, and wraps around beyond 64 bits.
 */
class Counter {
  public:
    explicit Counter(std::string key) : key(std::move(key)) {}

    /* Adds; returns what it came to. No other change has come to the same in between. */
    std::int64_t add(std::int64_t delta) { return faasmIncrementState(key.c_str(), delta); }

    std::int64_t increment() { return add(1); }
    std::int64_t decrement() { return add(-1); }

    /* What it is now. Asks the global copy by adding 0. */
    std::int64_t value() { return add(0); }

    /* 0 again. */
    void reset() { faasmDeleteState(key.c_str()); }

  private:
    std::string key;
};

}

#endif
