#ifndef WRITER_HPP
#define WRITER_HPP

#include "value.hpp"

#include <algorithm>

/* How values are written. */
struct Style {
    /* Each item and member on a line of its own. */
    bool pretty = false;
    /* Members by their names. */
    bool sorted = false;
};

/* Writes JSON. */
class Writer {
public:
    explicit Writer(Style style) : style(style) {}

    std::string write(const Value &value) {
        append(value, 0);
        output += '\n';
        return std::move(output);
    }

private:
    Style style;
    std::string output;

    void append(const Value &value, int depth) {
        switch (value.kind) {
        case Value::Kind::scalar:
            output += value.text;
            break;
        case Value::Kind::array:
            output += '[';
            for (const Value &item : value.items) {
                separate(&item == value.items.data(), depth + 1);
                append(item, depth + 1);
            }
            end(']', value.items.empty(), depth);
            break;
        case Value::Kind::object:
            output += '{';
            appendMembers(value, depth);
            end('}', value.members.empty(), depth);
            break;
        }
    }

    void appendMembers(const Value &object, int depth) {
        std::vector<const Value::Member *> members;
        for (const Value::Member &member : object.members) members.push_back(&member);
        if (style.sorted)
            std::ranges::stable_sort(members, {}, [](const Value::Member *member) { return std::string_view(member->name); });
        for (const Value::Member *member : members) {
            separate(member == members.front(), depth + 1);
            output += member->quoted;
            output += style.pretty ? ": " : ":";
            append(member->value, depth + 1);
        }
    }

    void separate(bool first, int depth) {
        if (!first) output += ',';
        line(depth);
    }

    void end(char bracket, bool empty, int depth) {
        if (!empty) line(depth);
        output += bracket;
    }

    void line(int depth) {
        if (style.pretty) output.append(1, '\n').append(2 * depth, ' ');
    }
};

#endif
