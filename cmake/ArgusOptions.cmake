# How every target is compiled: language standard, warnings, sanitizers, compiler cache, linker.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# One flag for libraries and programs alike (CMake's own property gives programs -fPIE), so that both can
# use the same precompiled header; Debian's g++ links position-independent programs by default.
add_compile_options(-fPIC)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
# One level of debug information keeps stack traces readable at a third of the build's disk and time. A debugger
# shows local variables only with all of it: that is what the preset `dev` is for.
set(ARGUS_DEBUG_INFO "-g1" CACHE STRING "Debug information of a Debug build")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 ${ARGUS_DEBUG_INFO}")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

set(ARGUS_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them: address,undefined or thread")
set(ARGUS_FILES_TOGETHER 1 CACHE STRING "How many files of a room are compiled as one; see ArgusRooms.cmake")
option(ARGUS_COVERAGE "Instrument for gcov" OFF)
option(ARGUS_CLANG_TIDY "Run clang-tidy on every file that is compiled" OFF)
option(ARGUS_WERROR "Treat warnings as errors" ON)

add_library(argus_flags INTERFACE)
target_compile_options(argus_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports overflows inside std::string that are not there (its bugs 105329 and 105651).
  target_compile_options(argus_flags INTERFACE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow
                                               -Wno-stringop-overread)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    # It takes a reference into one argument for one into another, temporary argument (g++ bug 109642), and sees
    # uninitialized strings in std::variant that are not there.
    target_compile_options(argus_flags INTERFACE -Wno-dangling-reference -Wno-maybe-uninitialized)
  endif()
  if(ARGUS_SANITIZE STREQUAL "thread")
    # It also warns about std::atomic_thread_fence, which ThreadSanitizer does not instrument.
    target_compile_options(argus_flags INTERFACE -Wno-tsan)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # What base/mutex.h declares; tests/check_locks compiles with clang for the sake of this. Its -Wconversion means
  # more than g++'s.
  target_compile_options(argus_flags INTERFACE -Wthread-safety -Werror=thread-safety -Wno-sign-conversion)
endif()
if(ARGUS_FILES_TOGETHER GREATER 1 AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # A State that is private to its .cpp has members of types that are private to it, too; included in
  # another file it looks as if it were a header's.
  target_compile_options(argus_flags INTERFACE -Wno-subobject-linkage)
endif()
if(ARGUS_WERROR)
  target_compile_options(argus_flags INTERFACE -Werror)
endif()
if(ARGUS_SANITIZE)
  target_compile_options(argus_flags INTERFACE -fsanitize=${ARGUS_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all)
  target_link_options(argus_flags INTERFACE -fsanitize=${ARGUS_SANITIZE})
  if(ARGUS_SANITIZE MATCHES "undefined")
    # cpprestsdk keeps its type information to itself, so the vptr check takes its objects for others.
    target_compile_options(argus_flags INTERFACE -fno-sanitize=vptr)
  endif()
  # The instrumentation makes g++ see uninitialized reads in std::optional and std::function that
  # are not there.
  target_compile_options(argus_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(ARGUS_COVERAGE)
  target_compile_options(argus_flags INTERFACE --coverage)
  target_link_options(argus_flags INTERFACE --coverage)
endif()

find_program(ARGUS_CCACHE ccache)
if(ARGUS_CCACHE)
  # pch_defines and time_macros let ccache store what was compiled against a precompiled header;
  # the base directory lets two checkouts share results.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${ARGUS_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

find_program(ARGUS_MOLD mold)
if(ARGUS_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

if(ARGUS_CLANG_TIDY)
  find_program(ARGUS_CLANG_TIDY_PROGRAM NAMES clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${ARGUS_CLANG_TIDY_PROGRAM} --quiet --warnings-as-errors=*)
endif()
