import { join } from 'node:path';
import { GUESTS_FOLDER } from '../guests-folder.ts';

/** Where the libraries for functions lie. They go where this package goes. */
export const LIBRARY = {
  /** `faasm/core.h` and `faasm/core.hpp` lie below. */
  cHeaders: join(GUESTS_FOLDER, 'libfaasm/include'),
  /** What every function in C or C++ is linked with. */
  cSources: ['core.c', 'start.c'].map((name) => join(GUESTS_FOLDER, 'libfaasm/src', name)),
  /** What one that emscripten builds is linked with beside. */
  emscriptenSource: join(GUESTS_FOLDER, 'libfaasm/src/emscripten.c'),
  cmakeToolchain: join(GUESTS_FOLDER, 'cmake/faasm-toolchain.cmake'),
  /** Below: `faasm.ts`, and a folder with what it has of state. */
  assemblyScript: join(GUESTS_FOLDER, 'assemblyscript'),
  rustCrate: join(GUESTS_FOLDER, 'rust/faasm'),
} as const;

/** Exported constructors run once, before the snapshot, and not in each call. */
export const EXPORT_CONSTRUCTORS = '--export=__wasm_call_ctors';

/**
 * For the linker: a stack of 1 MiB below all data, so that a function that overflows it traps. Without them it has 64 KiB
 * above, and overwrites its own data.
 */
export const STACK_FLAGS: readonly string[] = ['--stack-first', '-zstack-size=1048576'];

/** C++, whatever a source's name says. */
export const CXX_LANGUAGE: readonly string[] = ['-std=gnu++20', '-x', 'c++'];
