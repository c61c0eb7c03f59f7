#ifndef READER_HPP
#define READER_HPP

#include "value.hpp"

#include <algorithm>
#include <cstdint>

/* Reads JSON (RFC 8259) strictly. What it returns points into the text. */
class Reader {
public:
    /* Deeper values are refused: they would use up the stack. */
    static constexpr int depthMax = 512;

    Reader(std::string_view text, int line) : text(text), line(line) {}

    Value read() {
        space();
        return value(0);
    }

    /* Whether only white space is left. */
    bool atEnd() {
        space();
        return at == text.size();
    }

    void expectEnd() {
        if (!atEnd()) wrong("the end");
    }

private:
    std::string_view text;
    std::size_t at = 0;
    /* Of the text's first character, from 1. */
    int line;

    char next() const { return at < text.size() ? text[at] : '\0'; }

    bool skip(char wanted) {
        if (at == text.size() || text[at] != wanted) return false;
        at++;
        return true;
    }

    void space() {
        at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    }

    [[noreturn]] void wrong(const std::string &expected) const {
        std::string_view before = text.substr(0, at);
        auto lines = std::count(before.begin(), before.end(), '\n');
        std::size_t column = at - (before.rfind('\n') + 1) + 1;
        refuse("Line " + std::to_string(line + lines) + ", column " + std::to_string(column) + ": expected " + expected);
    }

    Value value(int depth) {
        if (depth > depthMax) wrong("no more than " + std::to_string(depthMax) + " levels");
        switch (next()) {
        case '{': return object(depth);
        case '[': return array(depth);
        case '"': return {.text = string().first};
        default: return {.text = word()};
        }
    }

    Value object(int depth) {
        Value object{.kind = Value::Kind::object};
        at++;
        space();
        if (skip('}')) return object;
        do {
            space();
            if (next() != '"') wrong("a member's name");
            auto [quoted, name] = string();
            space();
            if (!skip(':')) wrong("':'");
            space();
            object.members.push_back({quoted, std::move(name), value(depth + 1)});
            space();
        } while (skip(','));
        if (!skip('}')) wrong("',' or '}'");
        return object;
    }

    Value array(int depth) {
        Value array{.kind = Value::Kind::array};
        at++;
        space();
        if (skip(']')) return array;
        do {
            space();
            array.items.push_back(value(depth + 1));
            space();
        } while (skip(','));
        if (!skip(']')) wrong("',' or ']'");
        return array;
    }

    std::string_view word() {
        for (std::string_view known : {"true", "false", "null"})
            if (text.substr(at).starts_with(known)) {
                at += known.size();
                return known;
            }
        return number();
    }

    std::string_view number() {
        std::size_t start = at;
        skip('-');
        if (!skip('0')) digits("a value");
        if (skip('.')) digits("a digit");
        if (skip('e') || skip('E')) {
            if (!skip('+')) skip('-');
            digits("a digit");
        }
        return text.substr(start, at - start);
    }

    void digits(const char *expected) {
        std::size_t start = at;
        while (next() >= '0' && next() <= '9') at++;
        if (at == start) wrong(expected);
    }

    /* A string with its quotes, and what it means. */
    std::pair<std::string_view, std::string> string() {
        std::size_t start = at++;
        std::string meaning;
        while (!skip('"')) {
            if (at == text.size()) wrong("'\"'");
            if (static_cast<unsigned char>(next()) < ' ') wrong("no control character in a string");
            if (skip('\\'))
                escape(meaning);
            else
                meaning += text[at++];
        }
        return {text.substr(start, at - start), meaning};
    }

    void escape(std::string &meaning) {
        static constexpr std::string_view letters = "\"\\/bfnrt", characters = "\"\\/\b\f\n\r\t";
        if (skip('u')) {
            std::uint32_t point = hexadecimal();
            if (point >= 0xd800 && point < 0xdc00 && text.substr(at).starts_with("\\u")) {
                at += 2;
                std::uint32_t low = hexadecimal();
                if (low < 0xdc00 || low > 0xdfff) wrong("the second half of a surrogate pair before this");
                point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
            }
            appendUtf8(meaning, point);
            return;
        }
        std::size_t letter = letters.find(next());
        if (at == text.size() || letter == letters.npos) wrong("one of \"\\/bfnrtu");
        meaning += characters[letter];
        at++;
    }

    std::uint32_t hexadecimal() {
        std::uint32_t number = 0;
        for (int digit = 0; digit < 4; digit++, at++) {
            std::size_t found = std::string_view("0123456789abcdef").find(static_cast<char>(next() | ' '));
            if (next() == '\0' || next() < '0' || found == std::string_view::npos) wrong("four hexadecimal digits");
            number = number * 16 + static_cast<std::uint32_t>(found);
        }
        return number;
    }

    static void appendUtf8(std::string &text, std::uint32_t point) {
        if (point < 0x80) {
            text += static_cast<char>(point);
            return;
        }
        static constexpr std::uint32_t leads[] = {0, 0xc0, 0xe0, 0xf0};
        int following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        text += static_cast<char>(leads[following] | point >> 6 * following);
        while (following-- > 0) text += static_cast<char>(0x80 | (point >> 6 * following & 0x3f));
    }
};

#endif
