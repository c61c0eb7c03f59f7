#ifndef FAASM_REQUIRE_HPP
#define FAASM_REQUIRE_HPP

#include <cstdio>
#include <cstdlib>
#include <string>

namespace faasm {

/* Ends the call with a message on standard error, unless something holds: there are no exceptions here. */
inline void require(bool holds, const std::string &otherwise) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", otherwise.c_str());
    std::abort();
}

}

#endif
