#ifndef FAASM_READ_CURRENT_HPP
#define FAASM_READ_CURRENT_HPP

#include <faasm/core.h>

#include <string>

namespace faasm {

/*
 * Copies the global copy of a value as it was in one version, which is returned; with 0 there is none, and the bytes are
 * zeros. The version is asked for before and after, so that what came in between, from any host, makes it read again. Drops
 * what was written on this host and not pushed.
 */
inline std::int64_t readCurrent(const std::string &key, std::string &bytes) {
    for (;;) {
        const std::int64_t version = faasmStateVersion(key.c_str());
        if (version == 0) {
            bytes.assign(bytes.size(), '\0');
            return 0;
        }
        faasmPullState(key.c_str(), static_cast<long>(bytes.size()));
        faasmReadState(key.c_str(), reinterpret_cast<std::uint8_t *>(bytes.data()), static_cast<long>(bytes.size()));
        if (faasmStateVersion(key.c_str()) == version) return version;
    }
}

}

#endif
