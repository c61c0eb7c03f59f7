//! Greets whom its input names, or the world.

fn main() {
    let input = faasm::input();
    let name = String::from_utf8_lossy(&input);
    let name = if name.is_empty() { "world" } else { &name };

    faasm::set_output(format!("Hello, {name}!").as_bytes());
}
