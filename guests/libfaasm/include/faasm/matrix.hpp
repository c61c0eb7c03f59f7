#ifndef FAASM_MATRIX_HPP
#define FAASM_MATRIX_HPP

#include <faasm/core.h>
#include <faasm/require.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace faasm {

/*
 * A dense matrix of doubles in one state value, column by column. Columns are mapped and fetched as they are asked for, so
 * that a function that works on some of them takes no more of the host, in units of 64 KiB. What holds for functions that
 * write at once is said at Vector.
 */
class Matrix {
  public:
    /* Zeros, when there is no such value yet. */
    Matrix(std::string key, std::size_t rows, std::size_t columns)
        : key(std::move(key)), rowCount(rows), columnCount(columns) {}

    std::size_t rows() const { return rowCount; }
    std::size_t columns() const { return columnCount; }

    /*
     * Some columns themselves, one after another, until the call ends: the element of row r in the column first + c is at
     * c * rows() + r. A call maps 64 ranges at most, those within another not counted: whoever wants all asks for all at once.
     */
    double *columns(std::size_t first, std::size_t count) {
        requireInside(first, count);
        std::uint8_t *bytes = faasmReadStateOffsetPtr(key.c_str(), total(), offset(first), offset(count));
        return reinterpret_cast<double *>(bytes);
    }

    double *column(std::size_t index) { return columns(index, 1); }

    /* One element; a call of the host, which fetches the part that it is in. */
    double get(std::size_t row, std::size_t column) {
        requireInside(row, column, 1);
        double element = 0;
        auto *bytes = reinterpret_cast<std::uint8_t *>(&element);
        faasmReadStateOffset(key.c_str(), total(), offset(column) + row * sizeof(double), bytes, sizeof element);
        return element;
    }

    /* Sets one element and marks its bytes as changed; a call of the host. */
    void set(std::size_t row, std::size_t column, double element) {
        requireInside(row, column, 1);
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(&element);
        faasmWriteStateOffset(key.c_str(), total(), offset(column) + row * sizeof(double), bytes, sizeof element);
    }

    /* Marks columns as changed that were written through a pointer; do it after the writing. */
    void markDirty(std::size_t first, std::size_t count) {
        requireInside(first, count);
        faasmFlagStateOffsetDirty(key.c_str(), total(), offset(first), offset(count));
    }

    /* Sends what was set or marked on this host; see Vector. */
    void push() { faasmPushStatePartial(key.c_str()); }

    /* Overwrites this host's columns with the global ones, all of them. */
    void pull() { faasmPullState(key.c_str(), total()); }

  private:
    long offset(std::size_t column) const { return static_cast<long>(column * rowCount * sizeof(double)); }
    long total() const { return offset(columnCount); }

    void requireInside(std::size_t first, std::size_t count) const {
        if (first <= columnCount && count <= columnCount - first) return;
        require(false, "Matrix " + key + " has " + std::to_string(columnCount) + " columns, not " +
                           std::to_string(count) + " from " + std::to_string(first) + " on");
    }

    void requireInside(std::size_t row, std::size_t column, std::size_t count) const {
        requireInside(column, count);
        if (row >= rowCount)
            require(false, "Matrix " + key + " has " + std::to_string(rowCount) + " rows, none at " + std::to_string(row));
    }

    std::string key;
    std::size_t rowCount;
    std::size_t columnCount;
};

}

#endif
