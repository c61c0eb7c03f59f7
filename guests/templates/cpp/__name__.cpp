/* Greets whom its input names, or the world. */
#include <faasm/core.hpp>

int main() {
    std::string name = faasm::input();
    if (name.empty()) name = "world";

    faasm::setOutput("Hello, " + name + "!");
}
