#ifndef FAASM_MAP_HPP
#define FAASM_MAP_HPP

#include <faasm/core.h>
#include <faasm/map_bucket.hpp>
#include <faasm/read_current.hpp>
#include <faasm/require.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faasm {

/* How a map is laid out. All who use it say the same. */
struct MapShape {
    /* Entries are spread over so many state values, KEY/0 and so on. Only changes of one bucket get in each other's way. */
    std::uint32_t buckets = 16;
    /* Room of a bucket. An entry takes 8 bytes beside its key and its value. A change sends a bucket. */
    std::uint32_t bucketBytes = 16'384;
};

/* What came of a conditional change. */
enum class MapChange { done, different, full };

/*
 * A map from bytes to bytes for functions on all hosts. Every change is a compare-and-set of the bucket that the key is in,
 * tried again when another came first: none is lost, and what is read is what was there at one moment. It is meant for what
 * is read and changed now and then; each use asks the global copy two or three times.
 */
class Map {
  public:
    explicit Map(std::string key, MapShape shape = {}) : key(std::move(key)), shape(shape) {
        require(shape.buckets > 0, "Map " + this->key + " needs a bucket");
        require(shape.bucketBytes > 12, "Map " + this->key + " has buckets in which no entry has room");
    }

    std::optional<std::string> get(std::string_view entry) const { return read(bucketOf(entry)).bucket.get(entry); }

    /* Sets an entry, whatever it was. False when its bucket has no room: then nothing is changed. */
    bool put(std::string_view entry, std::string_view value) {
        for (;;) {
            Reading reading = read(bucketOf(entry));
            if (!reading.bucket.put(entry, value)) return false;
            if (write(reading)) return true;
        }
    }

    /* Sets an entry if it has the expected value, or, with std::nullopt, if there is none. */
    MapChange replace(std::string_view entry, const std::optional<std::string> &expected, std::string_view value) {
        for (;;) {
            Reading reading = read(bucketOf(entry));
            if (reading.bucket.get(entry) != expected) return MapChange::different;
            if (!reading.bucket.put(entry, value)) return MapChange::full;
            if (write(reading)) return MapChange::done;
        }
    }

    /* Removes an entry; whether there was one. */
    bool remove(std::string_view entry) {
        for (;;) {
            Reading reading = read(bucketOf(entry));
            if (!reading.bucket.remove(entry)) return false;
            if (write(reading)) return true;
        }
    }

    /* All entries, in no order. Those of one bucket are of one moment, those of two need not be. */
    std::vector<std::pair<std::string, std::string>> entries() const {
        std::vector<std::pair<std::string, std::string>> all;
        for (std::uint32_t index = 0; index < shape.buckets; index++)
            for (auto &entry : read(index).bucket.entries()) all.push_back(std::move(entry));
        return all;
    }

    /* Removes all entries, bucket by bucket. */
    void clear() {
        for (std::uint32_t index = 0; index < shape.buckets; index++) faasmDeleteState(nameOf(index).c_str());
    }

  private:
    struct Reading {
        std::uint32_t index;
        std::int64_t version;
        MapBucket bucket;
    };

    std::uint32_t bucketOf(std::string_view entry) const { return MapBucket::hash(entry) % shape.buckets; }
    std::string nameOf(std::uint32_t index) const { return key + "/" + std::to_string(index); }

    Reading read(std::uint32_t index) const {
        std::string bytes(shape.bucketBytes, '\0');
        const std::int64_t version = readCurrent(nameOf(index), bytes);
        MapBucket bucket(std::move(bytes), shape.buckets);
        require(bucket.isValid(), "Map " + key + " does not have " + std::to_string(shape.buckets) + " buckets");
        return {index, version, std::move(bucket)};
    }

    /* False when the bucket was changed since it was read. */
    bool write(const Reading &reading) {
        const std::string &bytes = reading.bucket.bytes();
        const auto *data = reinterpret_cast<const std::uint8_t *>(bytes.data());
        const long size = static_cast<long>(bytes.size());
        return faasmCompareAndSetState(nameOf(reading.index).c_str(), reading.version, data, size) != -1;
    }

    std::string key;
    MapShape shape;
};

}

#endif
