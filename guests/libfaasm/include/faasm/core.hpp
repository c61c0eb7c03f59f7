#ifndef FAASM_CORE_HPP
#define FAASM_CORE_HPP

/* What faasm/core.h has, with the types of C++17. */

#include <faasm/core.h>

#include <string>
#include <string_view>

namespace faasm {

/* The call's input, as the caller sent it; empty if it has none. */
inline std::string input() {
    std::string bytes(static_cast<std::size_t>(faasmGetInputSize()), '\0');
    faasmGetInput(bytes.data(), static_cast<long>(bytes.size()));
    return bytes;
}

/* Makes exactly these bytes the call's output. The last use wins. */
inline void setOutput(std::string_view bytes) {
    faasmSetOutput(bytes.data(), static_cast<long>(bytes.size()));
}

}

#endif
