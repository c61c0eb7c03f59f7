#ifndef FAASM_BARRIER_HPP
#define FAASM_BARRIER_HPP

#include <faasm/core.h>
#include <faasm/read_current.hpp>
#include <faasm/require.hpp>
#include <faasm/sleep.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace faasm {

/*
 * Functions on all hosts wait for each other: none goes on before all have come. It may be used again and again, by the same
 * number of functions. One that waits sleeps, so that it holds no slot, and looks again every 1 to 16 ms. One that ends
 * without having come lets the others wait until their deadlines; after that, reset it, or take another key.
 */
class Barrier {
  public:
    /* For `participants` functions, at least 1; all of them say the same number. */
    Barrier(std::string key, std::int64_t participants) : key(std::move(key)), participants(participants) {
        require(participants > 0, "Barrier " + this->key + " needs a participant");
    }

    /* Comes, and waits for the others. Returns how many times all had come before. */
    std::int64_t wait() {
        const std::int64_t round = (faasmIncrementState(key.c_str(), 1) - 1) / participants;
        const std::int64_t all = (round + 1) * participants;
        std::int64_t seen = 0;
        for (std::uint32_t pause = PAUSE_MIN_MS; !hasArrived(all, seen); pause = std::min(2 * pause, PAUSE_MAX_MS))
            sleepFor(pause);
        return round;
    }

    /* As new. Nobody may wait. */
    void reset() { faasmDeleteState(key.c_str()); }

  private:
    static constexpr std::uint32_t PAUSE_MIN_MS = 1;
    static constexpr std::uint32_t PAUSE_MAX_MS = 16;

    /* Whether so many have come. Reads only what has another version than was seen. */
    bool hasArrived(std::int64_t all, std::int64_t &seen) const {
        if (faasmStateVersion(key.c_str()) == seen) return false;
        std::string bytes(sizeof(std::int64_t), '\0');
        seen = readCurrent(key, bytes);
        std::int64_t count = 0;
        std::memcpy(&count, bytes.data(), sizeof count);
        return count >= all;
    }

    std::string key;
    std::int64_t participants;
};

}

#endif
