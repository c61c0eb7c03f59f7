// The calls of state, as Rust has them. Each that was checked prints its name.
use faasm::state;

const CHUNK: usize = 65_536;

fn checked(call: &str) {
    println!("{call}");
}

fn copies() {
    assert_eq!(state::size("copies"), 0);
    state::write("copies", &[1, 2, 3, 4, 5, 6, 7, 8]);
    checked("write_state");
    let mut start = [0; 3];
    assert_eq!((state::size("copies"), state::read("copies", &mut start), start), (8, 8, [1, 2, 3]));
    checked("read_state");
    assert_eq!(state::version("copies"), 0);
    state::push("copies");
    let version = state::version("copies");
    assert!(version > 0);
    checked("push_state");
    checked("state_version");
    state::write_at("copies", 8, 6, &[77, 78]);
    checked("write_state_offset");
    let mut middle = [0; 3];
    state::read_at("copies", 8, 5, &mut middle);
    assert_eq!(middle, [6, 77, 78]);
    checked("read_state_offset");
    state::push_partial("copies");
    assert!(state::version("copies") > version);
    checked("push_state_partial");
    state::write("copies", &[0; 8]);
    state::pull("copies", 8);
    let mut all = [0; 8];
    state::read("copies", &mut all);
    assert_eq!(all, [1, 2, 3, 4, 5, 6, 77, 78]);
    checked("pull_state");
}

fn masks() {
    state::write("masked", &[1; 4]);
    state::push("masked");
    state::write("masked", &[2; 4]);
    state::write("mask", &[0, 1, 0, 255]);
    state::push_masked("masked", "mask");
    state::pull("masked", 4);
    let mut all = [0; 4];
    state::read("masked", &mut all);
    assert_eq!(all, [1, 2, 1, 2]);
    checked("push_state_partial_mask");
}

fn pointers() {
    let total = 3 * CHUNK + 10;
    let all = state::pointer("pointers", total);
    assert_eq!(all, state::pointer("pointers", total));
    checked("read_state_ptr");
    assert_eq!(state::pointer_at("pointers", total, CHUNK + 3, 5), all.wrapping_add(CHUNK + 3));
    checked("read_state_offset_ptr");
    let at = |offset: usize| unsafe { all.add(offset).read_volatile() };
    unsafe { all.add(6).write_bytes(8, 2) };
    state::flag_dirty_at("pointers", total, 6, 1);
    state::push("pointers");
    state::pull("pointers", total);
    assert_eq!((at(6), at(7)), (8, 0));
    checked("flag_state_offset_dirty");
    unsafe { all.write_bytes(5, total) };
    state::flag_dirty("pointers", total);
    state::push("pointers");
    unsafe { all.write_bytes(6, total) };
    state::pull("pointers", total);
    assert_eq!((at(0), at(total - 1)), (5, 5));
    checked("flag_state_dirty");
}

fn files() {
    std::fs::write("/three", [10, 11, 12]).unwrap();
    assert_eq!(state::write_from_file("file", "/three"), 3);
    let mut all = [0; 3];
    state::read("file", &mut all);
    assert_eq!(all, [10, 11, 12]);
    checked("write_state_from_file");
}

fn logs() {
    state::append("log", b"one");
    state::append("log", b"three");
    checked("append_state");
    let mut both = [0; 8];
    state::read_appended("log", &mut both, 9);
    assert_eq!(&both, b"onethree");
    checked("read_appended_state");
    state::clear_appended("log");
    let mut none = [0; 1];
    state::read_appended("log", &mut none, 9);
    assert_eq!(none, [0]);
    checked("clear_appended_state");
}

fn locks() {
    state::lock_read("locked");
    checked("lock_state_read");
    state::unlock_read("locked");
    checked("unlock_state_read");
    state::lock_write("locked");
    checked("lock_state_write");
    state::unlock_write("locked");
    checked("unlock_state_write");
    state::lock_global("locked");
    checked("lock_state_global");
    state::unlock_global("locked");
    state::lock_global("locked");
    state::unlock_global("locked");
    checked("unlock_state_global");
}

fn keys() {
    let first = state::compare_and_set("set", 0, b"ab").unwrap();
    assert_eq!(state::compare_and_set("set", 0, b"cd"), None);
    assert!(state::compare_and_set("set", first, b"ef").unwrap() > first);
    checked("compare_and_set_state");
    assert_eq!((state::increment("count", 5), state::increment("count", -7)), (5, -2));
    checked("increment_state");
    let mut names = [0; 64];
    let size = state::list("copies", &mut names);
    assert_eq!(&names[..size], b"count\0masked\0pointers\0set\0");
    assert_eq!(state::list("set", &mut names), 0);
    checked("list_state");
    assert!(state::delete("set"));
    assert!(!state::delete("set"));
    assert_eq!(state::size("set"), 0);
    checked("delete_state");
}

fn main() {
    copies();
    masks();
    pointers();
    files();
    logs();
    locks();
    keys();
}
