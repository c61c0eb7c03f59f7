# What the toolchain adds to a project: each program is linked with Faasm's library and is called NAME.wasm.

set(CMAKE_EXECUTABLE_SUFFIX .wasm)
set(CMAKE_EXECUTABLE_SUFFIX_C .wasm)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .wasm)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

# The library has the entry, and the host runs constructors before the snapshot: see libfaasm/src/start.c.
add_link_options(-nostartfiles -Wl,--export=__wasm_call_ctors)

# A stack of 1 MiB below all data, so that a function that overflows it traps, and overwrites nothing.
add_link_options(-Wl,--stack-first -Wl,-zstack-size=1048576)

if(NOT TARGET faasm)
  enable_language(C)
  set(faasm_sources ${CMAKE_CURRENT_LIST_DIR}/../libfaasm/src)
  # Objects and no archive: the linker looks for no entry, and would leave it in there.
  add_library(faasm OBJECT ${faasm_sources}/core.c ${faasm_sources}/start.c)
  add_library(faasm_objects INTERFACE)
  target_sources(faasm_objects INTERFACE $<TARGET_OBJECTS:faasm>)
endif()
link_libraries($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:faasm_objects>)
