#ifndef FAASM_MAP_BUCKET_HPP
#define FAASM_MAP_BUCKET_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faasm {

/*
 * A part of a Map, as bytes: the number of buckets, then entries until a 0: the size of the key plus 1, that of the value, key,
 * value; sizes have 4 bytes. Libraries in other languages read the same bytes.
 */
class MapBucket {
  public:
    /* Of at least 4 bytes that were read; zeros for a new one. */
    MapBucket(std::string bytes, std::uint32_t buckets) : all(std::move(bytes)) {
        if (word(0) == 0) setWord(0, buckets);
        valid = word(0) == buckets && parse();
    }

    /* FNV-1a: says which bucket a key is in. */
    static std::uint32_t hash(std::string_view key) {
        std::uint32_t value = 0x811c9dc5;
        for (const char each : key) value = (value ^ static_cast<std::uint8_t>(each)) * 0x01000193;
        return value;
    }

    /* Whether it is one of a map with so many buckets. */
    bool isValid() const { return valid; }

    const std::string &bytes() const { return all; }

    std::optional<std::string> get(std::string_view key) const {
        for (const Entry &entry : places)
            if (keyOf(entry) == key) return std::string(valueOf(entry));
        return std::nullopt;
    }

    /* Sets an entry. False, and nothing is changed, when there is no room. */
    bool put(std::string_view key, std::string_view value) {
        std::size_t rest = end;
        for (const Entry &entry : places)
            if (keyOf(entry) == key) rest -= sizeOf(entry);
        const std::size_t room = all.size() - rest;
        if (room < HEAD || room - HEAD < key.size() || room - HEAD - key.size() < value.size()) return false;
        remove(key);
        setWord(end, static_cast<std::uint32_t>(key.size()) + 1);
        setWord(end + WORD, static_cast<std::uint32_t>(value.size()));
        std::memcpy(all.data() + end + HEAD, key.data(), key.size());
        std::memcpy(all.data() + end + HEAD + key.size(), value.data(), value.size());
        return parse();
    }

    bool remove(std::string_view key) {
        for (const Entry &entry : places) {
            if (keyOf(entry) != key) continue;
            const std::size_t size = sizeOf(entry);
            all.erase(entry.at, size);
            all.append(size, '\0');
            return parse();
        }
        return false;
    }

    std::vector<std::pair<std::string, std::string>> entries() const {
        std::vector<std::pair<std::string, std::string>> copies;
        for (const Entry &entry : places) copies.emplace_back(keyOf(entry), valueOf(entry));
        return copies;
    }

  private:
    struct Entry {
        std::size_t at;
        std::size_t keySize;
        std::size_t valueSize;
    };

    static constexpr std::size_t WORD = sizeof(std::uint32_t);
    static constexpr std::size_t HEAD = 2 * WORD;

    static std::size_t sizeOf(const Entry &entry) { return HEAD + entry.keySize + entry.valueSize; }

    std::string_view keyOf(const Entry &entry) const {
        return std::string_view(all).substr(entry.at + HEAD, entry.keySize);
    }

    std::string_view valueOf(const Entry &entry) const {
        return std::string_view(all).substr(entry.at + HEAD + entry.keySize, entry.valueSize);
    }

    /* Finds the entries. False for bytes that are none: somebody else wrote them. */
    bool parse() {
        places.clear();
        for (end = WORD; end + HEAD <= all.size() && word(end) != 0;) {
            const Entry entry{end, word(end) - 1, word(end + WORD)};
            const std::size_t room = all.size() - end - HEAD;
            if (entry.keySize > room || entry.valueSize > room - entry.keySize) return false;
            places.push_back(entry);
            end += sizeOf(entry);
        }
        return true;
    }

    std::uint32_t word(std::size_t at) const {
        std::uint32_t value = 0;
        std::memcpy(&value, all.data() + at, WORD);
        return value;
    }

    void setWord(std::size_t at, std::uint32_t value) { std::memcpy(all.data() + at, &value, WORD); }

    std::string all;
    std::vector<Entry> places;
    /* Where the next entry would begin. */
    std::size_t end = WORD;
    bool valid = false;
};

}

#endif
