# Builds functions for Faasm with Debian's clang: cmake -DCMAKE_TOOLCHAIN_FILE=…/faasm-toolchain.cmake.
# FAASM_LLVM_VERSION is the version of clang; without it, the newest that is installed. C++ has no exceptions here:
# `faasm build --exceptions` is for those. The programs lie at the top of the build folder, NAME.wasm each.

if(NOT FAASM_LLVM_VERSION)
  file(GLOB faasm_clangs /usr/lib/llvm-*/bin/clang)
  list(SORT faasm_clangs COMPARE NATURAL ORDER DESCENDING)
  foreach(faasm_clang IN LISTS faasm_clangs)
    string(REGEX REPLACE ".*/llvm-([0-9]+)/bin/clang" "\\1" faasm_version ${faasm_clang})
    file(GLOB faasm_runtime /usr/lib/llvm-${faasm_version}/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a)
    if(faasm_runtime AND EXISTS /usr/lib/llvm-${faasm_version}/bin/wasm-ld)
      set(FAASM_LLVM_VERSION ${faasm_version})
      break()
    endif()
  endforeach()
endif()
if(NOT FAASM_LLVM_VERSION OR NOT EXISTS /usr/lib/wasm32-wasi/libc.a)
  message(FATAL_ERROR "Functions need Debian packages that are not installed; as root: "
    "apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32")
endif()

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

set(faasm_programs /usr/lib/llvm-${FAASM_LLVM_VERSION}/bin)
set(CMAKE_C_COMPILER ${faasm_programs}/clang)
set(CMAKE_CXX_COMPILER ${faasm_programs}/clang++)
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
# The linker reads archives of any of these; LLVM's own are in packages that need not be installed.
find_program(CMAKE_AR NAMES llvm-ar llvm-ar-${FAASM_LLVM_VERSION} ar HINTS ${faasm_programs})
find_program(CMAKE_RANLIB NAMES llvm-ranlib llvm-ranlib-${FAASM_LLVM_VERSION} ranlib HINTS ${faasm_programs})

# With /usr as sysroot, clang would take glibc's headers as well.
set(faasm_headers /usr/include/wasm32-wasi)
set(faasm_library ${CMAKE_CURRENT_LIST_DIR}/../libfaasm)
set(faasm_flags "--sysroot=/usr -nostdlibinc -idirafter ${faasm_headers} -I${faasm_library}/include")
set(CMAKE_C_FLAGS_INIT "${faasm_flags}")
set(CMAKE_CXX_FLAGS_INIT "${faasm_flags} -isystem ${faasm_headers}/c++/v1 -fno-exceptions")

# -O0: at a link that optimises, clang would run a wasm-opt that it finds on the path; Debian's is too old for it.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-fuse-ld=${faasm_programs}/wasm-ld -O0 -Wl,--strip-all")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES FAASM_LLVM_VERSION)

# Not where CMake tries what the compiler can do: those programs are not functions.
get_property(faasm_trying GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT faasm_trying)
  set(CMAKE_PROJECT_INCLUDE ${CMAKE_CURRENT_LIST_DIR}/faasm-library.cmake)
endif()
