#ifndef FAASM_SLEEP_HPP
#define FAASM_SLEEP_HPP

#include <cstdint>

extern "C" __attribute__((import_module("wasi_snapshot_preview1"), import_name("poll_oneoff"))) std::uint16_t
faasmPollOneoff(const void *subscriptions, void *events, std::uint32_t count, std::uint32_t *happened);

namespace faasm {

/* Sleeps, holding no slot. It is the host's own call, since in emscripten's library usleep is a loop. */
inline void sleepFor(std::uint32_t milliseconds) {
    // As WASI lays them out; the wide fields have the padding of the narrow ones in them.
    struct {
        std::uint64_t userdata;
        std::uint64_t tag;
        std::uint64_t clock;
        std::uint64_t timeoutNs;
        std::uint64_t precisionNs;
        std::uint64_t flags;
    } until = {0, 0, 1, milliseconds * std::uint64_t{1'000'000}, 0, 0};
    std::uint64_t event[4];
    std::uint32_t happened = 0;
    faasmPollOneoff(&until, event, 1, &happened);
}

}

#endif
