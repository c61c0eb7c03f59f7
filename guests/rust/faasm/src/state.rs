//! State values: bytes with a key, shared by all functions of a user. A host has one copy of a value, which its functions
//! share; the global copy is that of all hosts. A value's size is fixed by its first use with a size. What a host refuses
//! ends the call with an error that says why.
//! Keys have at most 256 bytes and no NUL. Nothing here allocates.

/// Text as the host reads it, with a NUL at its end: at most `N - 2` bytes of it. What is longer is cut to one byte more, so
/// that the host refuses it and says so.
struct Text<const N: usize>([u8; N]);

type Key = Text<258>;
type Path = Text<4098>;

impl<const N: usize> Text<N> {
    fn new(text: &str) -> Self {
        assert!(!text.as_bytes().contains(&0), "A state key or a path has a NUL");
        let mut bytes = [0; N];
        let size = core::cmp::min(text.len(), N - 1);
        bytes[..size].copy_from_slice(&text.as_bytes()[..size]);
        Text(bytes)
    }

    fn as_ptr(&self) -> *const u8 {
        self.0.as_ptr()
    }
}

mod host {
    #[link(wasm_import_module = "env")]
    extern "C" {
        pub fn __faasm_read_state(key: *const u8, buffer: *mut u8, size: usize) -> usize;
        pub fn __faasm_read_state_ptr(key: *const u8, total: usize) -> *mut u8;
        pub fn __faasm_read_state_offset(key: *const u8, total: usize, offset: usize, buffer: *mut u8, size: usize);
        pub fn __faasm_read_state_offset_ptr(key: *const u8, total: usize, offset: usize, size: usize) -> *mut u8;
        pub fn __faasm_write_state(key: *const u8, data: *const u8, size: usize);
        pub fn __faasm_write_state_offset(key: *const u8, total: usize, offset: usize, data: *const u8, size: usize);
        pub fn __faasm_write_state_from_file(key: *const u8, path: *const u8) -> usize;
        pub fn __faasm_flag_state_dirty(key: *const u8, total: usize);
        pub fn __faasm_flag_state_offset_dirty(key: *const u8, total: usize, offset: usize, size: usize);
        pub fn __faasm_push_state(key: *const u8);
        pub fn __faasm_push_state_partial(key: *const u8);
        pub fn __faasm_push_state_partial_mask(key: *const u8, mask: *const u8);
        pub fn __faasm_pull_state(key: *const u8, total: usize);
        pub fn __faasm_lock_state_read(key: *const u8);
        pub fn __faasm_unlock_state_read(key: *const u8);
        pub fn __faasm_lock_state_write(key: *const u8);
        pub fn __faasm_unlock_state_write(key: *const u8);
        pub fn __faasm_lock_state_global(key: *const u8);
        pub fn __faasm_unlock_state_global(key: *const u8);
        pub fn __faasm_append_state(key: *const u8, data: *const u8, size: usize);
        pub fn __faasm_read_appended_state(key: *const u8, buffer: *mut u8, size: usize, count: usize);
        pub fn __faasm_clear_appended_state(key: *const u8);
        pub fn __faasm_state_version(key: *const u8) -> i64;
        pub fn __faasm_compare_and_set_state(key: *const u8, version: i64, data: *const u8, size: usize) -> i64;
        pub fn __faasm_increment_state(key: *const u8, delta: i64) -> i64;
        pub fn __faasm_delete_state(key: *const u8) -> i32;
        pub fn __faasm_list_state(after: *const u8, buffer: *mut u8, size: usize) -> usize;
    }
}

/// The size of a value in bytes; 0 if there is none.
pub fn size(key: &str) -> usize {
    unsafe { host::__faasm_read_state(Key::new(key).as_ptr(), core::ptr::null_mut(), 0) }
}

/// Copies as much of a value as the buffer holds, and returns the value's size; 0 if there is none.
pub fn read(key: &str, buffer: &mut [u8]) -> usize {
    unsafe { host::__faasm_read_state(Key::new(key).as_ptr(), buffer.as_mut_ptr(), buffer.len()) }
}

/// Fills the buffer from `offset` on. Only what is missing on this host is fetched.
pub fn read_at(key: &str, total: usize, offset: usize, buffer: &mut [u8]) {
    unsafe { host::__faasm_read_state_offset(Key::new(key).as_ptr(), total, offset, buffer.as_mut_ptr(), buffer.len()) }
}

/// Where the value itself is, without a copy, until the call ends. Flag what you write there as dirty. It is no slice,
/// because all functions of this host read and write there at once.
pub fn pointer(key: &str, total: usize) -> *mut u8 {
    unsafe { host::__faasm_read_state_ptr(Key::new(key).as_ptr(), total) }
}

/// As [`pointer`], of a part.
pub fn pointer_at(key: &str, total: usize, offset: usize, size: usize) -> *mut u8 {
    unsafe { host::__faasm_read_state_offset_ptr(Key::new(key).as_ptr(), total, offset, size) }
}

/// Overwrites a value on this host; others see it after a push.
pub fn write(key: &str, data: &[u8]) {
    unsafe { host::__faasm_write_state(Key::new(key).as_ptr(), data.as_ptr(), data.len()) }
}

/// Overwrites a part of a value on this host; others see it after a push.
pub fn write_at(key: &str, total: usize, offset: usize, data: &[u8]) {
    unsafe { host::__faasm_write_state_offset(Key::new(key).as_ptr(), total, offset, data.as_ptr(), data.len()) }
}

/// The value becomes the bytes of a file of this call, whose path begins at the root; returns their number.
pub fn write_from_file(key: &str, path: &str) -> usize {
    unsafe { host::__faasm_write_state_from_file(Key::new(key).as_ptr(), Path::new(path).as_ptr()) }
}

/// Marks all of a value that was written through a pointer, so that a push sends it.
pub fn flag_dirty(key: &str, total: usize) {
    unsafe { host::__faasm_flag_state_dirty(Key::new(key).as_ptr(), total) }
}

/// Marks a part that was written through a pointer.
pub fn flag_dirty_at(key: &str, total: usize, offset: usize, size: usize) {
    unsafe { host::__faasm_flag_state_offset_dirty(Key::new(key).as_ptr(), total, offset, size) }
}

/// Sends what was changed to the global copy: exactly what was written or flagged, or, if nothing was flagged, what differs
/// from the bytes that were last pulled.
pub fn push(key: &str) {
    unsafe { host::__faasm_push_state(Key::new(key).as_ptr()) }
}

/// The same: a push never sends what was not changed.
pub fn push_partial(key: &str) {
    unsafe { host::__faasm_push_state_partial(Key::new(key).as_ptr()) }
}

/// Sends only bytes whose byte in the mask, a value of the same size, is not 0.
pub fn push_masked(key: &str, mask: &str) {
    unsafe { host::__faasm_push_state_partial_mask(Key::new(key).as_ptr(), Key::new(mask).as_ptr()) }
}

/// Overwrites this host's copy with the global one.
pub fn pull(key: &str, total: usize) {
    unsafe { host::__faasm_pull_state(Key::new(key).as_ptr(), total) }
}

/// Waits for the lock of a value on this host, beside others that read. Locks are released when the call ends.
pub fn lock_read(key: &str) {
    unsafe { host::__faasm_lock_state_read(Key::new(key).as_ptr()) }
}

/// Gives back what [`lock_read`] took.
pub fn unlock_read(key: &str) {
    unsafe { host::__faasm_unlock_state_read(Key::new(key).as_ptr()) }
}

/// Waits for the lock of a value on this host, alone.
pub fn lock_write(key: &str) {
    unsafe { host::__faasm_lock_state_write(Key::new(key).as_ptr()) }
}

/// Gives back what [`lock_write`] took.
pub fn unlock_write(key: &str) {
    unsafe { host::__faasm_unlock_state_write(Key::new(key).as_ptr()) }
}

/// Waits for the lock of a value that all hosts have in common.
pub fn lock_global(key: &str) {
    unsafe { host::__faasm_lock_state_global(Key::new(key).as_ptr()) }
}

/// Gives back what [`lock_global`] took.
pub fn unlock_global(key: &str) {
    unsafe { host::__faasm_unlock_state_global(Key::new(key).as_ptr()) }
}

/// Appends an element to a log, which only has a global copy.
pub fn append(key: &str, element: &[u8]) {
    unsafe { host::__faasm_append_state(Key::new(key).as_ptr(), element.as_ptr(), element.len()) }
}

/// Copies the first `count` elements of a log into the buffer, one after another. One that is too small ends the call.
pub fn read_appended(key: &str, buffer: &mut [u8], count: usize) {
    unsafe { host::__faasm_read_appended_state(Key::new(key).as_ptr(), buffer.as_mut_ptr(), buffer.len(), count) }
}

/// Empties a log.
pub fn clear_appended(key: &str) {
    unsafe { host::__faasm_clear_appended_state(Key::new(key).as_ptr()) }
}

/// The version of the global copy; 0 if there is none.
pub fn version(key: &str) -> i64 {
    unsafe { host::__faasm_state_version(Key::new(key).as_ptr()) }
}

/// Makes `data` the global copy if that has `version`, 0 for none. The new version, or `None` if it had another.
pub fn compare_and_set(key: &str, version: i64, data: &[u8]) -> Option<i64> {
    let made = unsafe { host::__faasm_compare_and_set_state(Key::new(key).as_ptr(), version, data.as_ptr(), data.len()) };
    if made < 0 {
        None
    } else {
        Some(made)
    }
}

/// Adds to a global copy of 8 bytes; returns what it came to.
pub fn increment(key: &str, delta: i64) -> i64 {
    unsafe { host::__faasm_increment_state(Key::new(key).as_ptr(), delta) }
}

/// Deletes a value; whether there was one.
pub fn delete(key: &str) -> bool {
    unsafe { host::__faasm_delete_state(Key::new(key).as_ptr()) != 0 }
}

/// Keys of the user's global values after `after`, `""` for the first, in the order of their bytes, each with its
/// NUL, as many as fit into the buffer. Returns how many bytes; 0 if there are no more.
pub fn list(after: &str, buffer: &mut [u8]) -> usize {
    unsafe { host::__faasm_list_state(Key::new(after).as_ptr(), buffer.as_mut_ptr(), buffer.len()) }
}
