#ifndef FAASM_APPEND_LOG_HPP
#define FAASM_APPEND_LOG_HPP

#include <faasm/core.h>
#include <faasm/require.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faasm {

/*
 * Elements that functions on all hosts append, in the order in which they came: a log of the global tier. An append is never
 * lost or torn, however many there are at once. All who use a log agree on how large an element may be.
 */
class AppendLog {
  public:
    /* Of elements of at most `elementSize` bytes; a function that reads needs memory for as many such as it asks for. */
    AppendLog(std::string key, std::size_t elementSize) : key(std::move(key)), elementSize(elementSize) {}

    /* Appends one element, which may be empty. One that is too large ends the call. */
    void append(std::string_view element) {
        if (element.size() > elementSize)
            require(false, "Element of " + std::to_string(element.size()) + " bytes for log " + key +
                               ", whose elements have at most " + std::to_string(elementSize));
        std::string framed(FRAME + element.size(), '\0');
        // Never 0, which is where the elements end.
        const auto size = static_cast<std::uint32_t>(element.size() + 1);
        std::memcpy(framed.data(), &size, FRAME);
        std::memcpy(framed.data() + FRAME, element.data(), element.size());
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(framed.data());
        faasmAppendState(key.c_str(), bytes, static_cast<long>(framed.size()));
    }

    /* The first `count` elements, or fewer if there are no more. All of them are fetched. */
    std::vector<std::string> first(std::size_t count) const {
        // An element more, so that there is always an end.
        std::string bytes(count * (FRAME + elementSize) + FRAME, '\0');
        auto *buffer = reinterpret_cast<std::uint8_t *>(bytes.data());
        faasmReadAppendedState(key.c_str(), buffer, static_cast<long>(bytes.size()), static_cast<long>(count));
        std::vector<std::string> elements;
        for (std::size_t at = 0;;) {
            std::uint32_t size = 0;
            std::memcpy(&size, bytes.data() + at, FRAME);
            if (size == 0) return elements;
            elements.emplace_back(bytes, at + FRAME, size - 1);
            at += FRAME + size - 1;
        }
    }

    /* Empties it. */
    void clear() { faasmClearAppendedState(key.c_str()); }

  private:
    static constexpr std::size_t FRAME = sizeof(std::uint32_t);

    std::string key;
    std::size_t elementSize;
};

}

#endif
