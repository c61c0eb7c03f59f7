#ifndef VALUE_HPP
#define VALUE_HPP

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/* A value of JSON. */
struct Value {
    enum class Kind { scalar, array, object };
    struct Member;

    Kind kind = Kind::scalar;
    /* A scalar as it was written: numbers keep their digits, strings their quotes and escapes. */
    std::string_view text = "null";
    std::vector<Value> items = {};
    std::vector<Member> members = {};
};

struct Value::Member {
    /* With its quotes and escapes, as it was written. */
    std::string_view quoted;
    /* What it means. */
    std::string name;
    Value value;
};

/* The member of that name, or NULL; of several the last, as JavaScript has it. */
inline Value *memberOf(Value &object, std::string_view name) {
    for (auto member = object.members.rbegin(); member != object.members.rend(); ++member)
        if (member->name == name) return &member->value;
    return nullptr;
}

/* Reports what is wrong with the input, and ends the function with 1. */
[[noreturn]] void refuse(const std::string &message);

#endif
