/*
 * Checks and changes JSON. The first line of the input says how, the rest is JSON: `check`, `compact`, `pretty`, `sort`,
 * `get POINTER` (RFC 6901), or `merge` with a document and what is to be merged into it (RFC 7396).
 */
#include "reader.hpp"
#include "value.hpp"
#include "writer.hpp"

#include <faasm/core.hpp>

#include <cstdio>
#include <cstdlib>

void refuse(const std::string &message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(1);
}

/* A part of a pointer: ~1 stands for a slash, ~0 for a tilde. */
static std::string unescaped(std::string_view part) {
    std::string name;
    for (std::size_t at = 0; at < part.size(); at++) {
        if (part[at] != '~') {
            name += part[at];
            continue;
        }
        if (++at == part.size() || (part[at] != '0' && part[at] != '1')) refuse("A '~' is followed by neither 0 nor 1");
        name += part[at] == '0' ? '~' : '/';
    }
    return name;
}

/* The item of that number, or NULL where there is none or it is no number. */
static Value *itemOf(Value &array, const std::string &name) {
    bool digits = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
    if (!digits || name.size() > 9 || (name.size() > 1 && name[0] == '0')) return nullptr;
    std::size_t index = std::strtoul(name.c_str(), nullptr, 10);
    return index < array.items.size() ? &array.items[index] : nullptr;
}

static Value &get(Value &document, std::string_view pointer) {
    Value *found = &document;
    std::size_t at = 0;
    while (at < pointer.size()) {
        if (pointer[at] != '/') refuse("A pointer begins with '/', or is empty");
        std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
        std::string name = unescaped(pointer.substr(at + 1, end - at - 1));
        found = found->kind == Value::Kind::object  ? memberOf(*found, name)
                : found->kind == Value::Kind::array ? itemOf(*found, name)
                                                    : nullptr;
        if (found == nullptr) refuse("There is nothing at " + std::string(pointer.substr(0, end)));
        at = end;
    }
    return *found;
}

/* Null takes a member away, an object is merged, and anything else takes the place of what was there. */
static void merge(Value &target, Value patch) {
    if (patch.kind != Value::Kind::object) {
        target = std::move(patch);
        return;
    }
    if (target.kind != Value::Kind::object) target = Value{.kind = Value::Kind::object};
    for (Value::Member &change : patch.members) {
        if (change.value.kind == Value::Kind::scalar && change.value.text == "null") {
            std::erase_if(target.members, [&](const Value::Member &member) { return member.name == change.name; });
            continue;
        }
        Value *found = memberOf(target, change.name);
        if (found == nullptr) found = &target.members.emplace_back(change.quoted, change.name).value;
        merge(*found, std::move(change.value));
    }
}

static std::string answer(std::string_view input) {
    std::size_t end = std::min(input.find('\n'), input.size());
    std::string_view command = input.substr(0, end);
    if (command.ends_with('\r')) command.remove_suffix(1);
    Reader reader(input.substr(std::min(end + 1, input.size())), 2);

    if (command == "merge") {
        Value document = reader.read(), patch = reader.read();
        reader.expectEnd();
        merge(document, std::move(patch));
        return Writer({}).write(document);
    }
    bool gets = command == "get" || command.starts_with("get ");
    if (!gets && command != "check" && command != "compact" && command != "pretty" && command != "sort")
        refuse("The first line is to be check, compact, pretty, sort, get POINTER or merge");
    Value document = reader.read();
    reader.expectEnd();
    if (command == "check") return "valid\n";
    if (gets) return Writer({}).write(get(document, command.substr(std::min<std::size_t>(4, command.size()))));
    return Writer({.pretty = command != "compact", .sorted = command == "sort"}).write(document);
}

int main() {
    std::string input = faasm::input();
    faasm::setOutput(answer(input));
}
