#ifndef FAASM_VECTOR_HPP
#define FAASM_VECTOR_HPP

#include <faasm/core.h>
#include <faasm/require.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace faasm {

/*
 * A vector in one state value, of a size that is fixed: all functions of a host work on the same elements, without a copy.
 * What is set there is sent to other hosts by push, exactly those bytes, and comes from them by pull.
 *
 * Functions that set different elements at once, on one host or several, do not disturb each other. Of two that set the
 * same, one wins; an element of more than 8 bytes may then be of both. Who reads, changes and sets takes a lock.
 */
template <typename T> class Vector {
    static_assert(std::is_trivially_copyable_v<T>, "Elements of a shared vector are bytes, without pointers");

  public:
    /* Of `size` elements; they are zeros when there is no such value yet. */
    Vector(std::string key, std::size_t size) : key(std::move(key)), length(size) {}

    std::size_t size() const { return length; }

    T get(std::size_t index) {
        requireInside(index, 1);
        return data()[index];
    }

    /* Sets an element and marks its bytes as changed. A call of the host: for many in a row there are data and markDirty. */
    void set(std::size_t index, const T &element) {
        requireInside(index, 1);
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(&element);
        faasmWriteStateOffset(key.c_str(), bytesOf(length), bytesOf(index), bytes, sizeof(T));
    }

    /* The elements themselves, until the call ends. They are mapped at the first use, not in an initialiser. */
    T *data() {
        if (mapped == nullptr) mapped = reinterpret_cast<T *>(faasmReadStatePtr(key.c_str(), bytesOf(length)));
        return mapped;
    }

    /* Marks elements as changed that were written through data; do it after the writing. */
    void markDirty(std::size_t first, std::size_t count) {
        requireInside(first, count);
        faasmFlagStateOffsetDirty(key.c_str(), bytesOf(length), bytesOf(first), bytesOf(count));
    }

    /*
     * Sends what was set or marked on this host, by whichever function. If nothing was, what was written through data
     * differs from what was last pulled or pushed, and that is sent.
     */
    void push() { faasmPushStatePartial(key.c_str()); }

    /* Overwrites this host's elements with the global ones, what was set here and not pushed included. */
    void pull() { faasmPullState(key.c_str(), bytesOf(length)); }

  private:
    static long bytesOf(std::size_t elements) { return static_cast<long>(elements * sizeof(T)); }

    void requireInside(std::size_t first, std::size_t count) const {
        if (first <= length && count <= length - first) return;
        require(false, "Vector " + key + " has " + std::to_string(length) + " elements, none at " +
                           std::to_string(first) + " of " + std::to_string(count));
    }

    std::string key;
    std::size_t length;
    T *mapped = nullptr;
};

}

#endif
