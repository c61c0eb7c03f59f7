//! What a function asks of Faasm beyond WASI. Needs no `std`.
//!
//! ```
//! fn main() {
//!     faasm::set_output(&faasm::input());
//! }
//! ```
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod state;

mod host {
    #[link(wasm_import_module = "env")]
    extern "C" {
        pub fn __faasm_read_input(buffer: *mut u8, size: i32) -> i32;
        pub fn __faasm_write_output(output: *const u8, size: i32);
    }

    #[cfg(feature = "alloc")]
    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    extern "C" {
        pub fn args_sizes_get(count: *mut usize, size: *mut usize) -> u16;
        pub fn args_get(pointers: *mut *mut u8, bytes: *mut u8) -> u16;
    }
}

/// The size of the call's input in bytes; 0 if it has none.
pub fn input_size() -> usize {
    // A size of 0 asks for the input's size instead of its bytes.
    unsafe { host::__faasm_read_input(core::ptr::null_mut(), 0) as usize }
}

/// Copies the input into `buffer`, at most its length, and returns how many bytes it copied.
pub fn read_input(buffer: &mut [u8]) -> usize {
    if buffer.is_empty() {
        return 0;
    }
    unsafe { host::__faasm_read_input(buffer.as_mut_ptr(), buffer.len() as i32) as usize }
}

/// The call's input, as the caller sent it; empty if it has none.
#[cfg(feature = "alloc")]
pub fn input() -> alloc::vec::Vec<u8> {
    let mut bytes = alloc::vec![0; input_size()];
    let size = read_input(&mut bytes);
    bytes.truncate(size);
    bytes
}

/// Makes exactly these bytes the call's output. The last use wins. A call that never uses it answers with what it
/// printed to standard output, unless the server has that switched off.
pub fn set_output(output: &[u8]) {
    unsafe { host::__faasm_write_output(output.as_ptr(), output.len() as i32) }
}

/// The function's arguments, its name first, as `std::env::args` has them where there is `std`.
#[cfg(feature = "alloc")]
pub fn args() -> alloc::vec::Vec<alloc::vec::Vec<u8>> {
    let (mut count, mut size) = (0, 0);
    if unsafe { host::args_sizes_get(&mut count, &mut size) } != 0 {
        return alloc::vec::Vec::new();
    }
    let mut pointers = alloc::vec![core::ptr::null_mut(); count];
    let mut bytes = alloc::vec![0; size];
    if unsafe { host::args_get(pointers.as_mut_ptr(), bytes.as_mut_ptr()) } != 0 {
        return alloc::vec::Vec::new();
    }
    let mut args: alloc::vec::Vec<_> = bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
    args.truncate(count);
    args
}

/// Names the function's initialiser, `fn() -> i32`, which runs once, before the snapshot that all calls start from. A
/// result other than 0 refuses the function. Link with `--export=__wasm_call_ctors`, as `faasm build` does.
///
/// ```
/// fn prepare() -> i32 {
///     0
/// }
/// faasm::zygote!(prepare);
/// ```
#[macro_export]
macro_rules! zygote {
    ($initialise:expr) => {
        #[export_name = "_faasm_zygote"]
        pub extern "C" fn _faasm_zygote() -> i32 {
            let initialise: fn() -> i32 = $initialise;
            initialise()
        }
    };
}
