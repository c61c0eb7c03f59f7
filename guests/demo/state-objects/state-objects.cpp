/* The objects that functions share, a command each: what it has of them is the user's, and stays after the call. */
#include <faasm/append_log.hpp>
#include <faasm/barrier.hpp>
#include <faasm/core.hpp>
#include <faasm/counter.hpp>
#include <faasm/map.hpp>
#include <faasm/matrix.hpp>
#include <faasm/vector.hpp>

#include <cstdlib>
#include <string>
#include <vector>

using Words = std::vector<std::string>;

/* counter: how often this was called. */
static std::string showCounter(const Words &) {
    return std::to_string(faasm::Counter("objects/visits").increment());
}

/* vector INDEX NUMBER: sets one of 8 numbers, and shows all. */
static std::string showVector(const Words &words) {
    faasm::Vector<std::int32_t> numbers("objects/numbers", 8);
    numbers.pull();
    numbers.set(std::strtoul(words.at(1).c_str(), nullptr, 10), std::atoi(words.at(2).c_str()));
    numbers.push();
    std::string shown;
    for (std::size_t index = 0; index < numbers.size(); index++) shown += std::to_string(numbers.get(index)) + " ";
    return shown;
}

/* matrix COLUMN NUMBER: fills one of 10 columns of 20,000 rows, and sums up it and the next. */
static std::string showMatrix(const Words &words) {
    faasm::Matrix table("objects/table", 20'000, 10);
    const std::size_t first = std::strtoul(words.at(1).c_str(), nullptr, 10);
    double *column = table.column(first);
    for (std::size_t row = 0; row < table.rows(); row++) column[row] = std::atoi(words.at(2).c_str());
    table.markDirty(first, 1);
    table.push();
    const double *beside = table.column((first + 1) % table.columns());
    double sum = 0;
    for (std::size_t row = 0; row < table.rows(); row++) sum += column[row] + beside[row];
    return std::to_string(static_cast<long>(sum));
}

/* map put KEY VALUE, map get KEY, map remove KEY, map count. */
static std::string showMap(const Words &words) {
    faasm::Map entries("objects/entries");
    if (words.at(1) == "count") return std::to_string(entries.entries().size());
    if (words.at(1) == "put") return entries.put(words.at(2), words.at(3)) ? "done" : "full";
    if (words.at(1) == "remove") return entries.remove(words.at(2)) ? "done" : "none";
    return entries.get(words.at(2)).value_or("none");
}

/* log TEXT: appends it, and shows the first 10. */
static std::string showLog(const Words &words) {
    faasm::AppendLog lines("objects/log", 100);
    lines.append(words.at(1));
    std::string shown;
    for (const std::string &line : lines.first(10)) shown += line + " ";
    return shown;
}

/* barrier COUNT: waits until so many have called. */
static std::string showBarrier(const Words &words) {
    return std::to_string(faasm::Barrier("objects/barrier", std::atoi(words.at(1).c_str())).wait());
}

static Words split(const std::string &text) {
    Words words(1);
    for (const char each : text) {
        if (each == ' ')
            words.emplace_back();
        else
            words.back() += each;
    }
    return words;
}

int main() {
    Words words = split(faasm::input());
    words.resize(4);
    const std::string &name = words[0];
        const auto show = name == "counter"   ? showCounter
                      : name == "vector"  ? showVector
                      : name == "matrix"  ? showMatrix
                      : name == "map"     ? showMap
                      : name == "log"     ? showLog
                      : name == "barrier" ? showBarrier
                                          : nullptr;
    if (show == nullptr) {
        std::fprintf(stderr, "None of counter, vector, matrix, map, log, barrier: %s\n", name.c_str());
        return 1;
    }
    faasm::setOutput(show(words));
}
