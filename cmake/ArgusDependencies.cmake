# Every third-party package, found in one place. deploy/install-dependencies installs them from Debian.

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(cpprestsdk REQUIRED CONFIG)
find_package(nlohmann_json REQUIRED CONFIG)
find_package(yaml-cpp REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(prometheus-cpp REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(simdjson REQUIRED CONFIG)
if(BUILD_TESTING)
  find_package(GTest REQUIRED CONFIG)
  find_package(benchmark REQUIRED CONFIG)
endif()

# These come without a CMake package on Debian 12.
find_package(PkgConfig REQUIRED)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(libmicrohttpd REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
# Its -D_FILE_OFFSET_BITS=64 would keep the precompiled header from being used.
set_target_properties(PkgConfig::hiredis PROPERTIES INTERFACE_COMPILE_OPTIONS "")
pkg_check_modules(libarchive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2)

# valijson is headers only.
find_path(ARGUS_VALIJSON_INCLUDE valijson/validator.hpp REQUIRED)
add_library(argus_valijson INTERFACE)
target_include_directories(argus_valijson SYSTEM INTERFACE ${ARGUS_VALIJSON_INCLUDE})

# yaml-cpp 0.7 (Debian 12) calls its target yaml-cpp, 0.8 (Debian 13) yaml-cpp::yaml-cpp.
add_library(argus_yaml INTERFACE)
if(TARGET yaml-cpp::yaml-cpp)
  target_link_libraries(argus_yaml INTERFACE yaml-cpp::yaml-cpp)
else()
  target_link_libraries(argus_yaml INTERFACE yaml-cpp)
endif()

# What nearly every file includes, parsed once. Only sources of the project are compiled against it.
add_library(argus_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(argus_pch PUBLIC argus_flags nlohmann_json::nlohmann_json Threads::Threads)
target_precompile_headers(
  argus_pch PUBLIC
  <atomic> <chrono> <condition_variable> <cstdint> <functional> <map> <memory> <mutex> <optional>
  <set> <span> <stdexcept> <stop_token> <string> <string_view> <thread> <unordered_map> <utility>
  <variant> <vector> <nlohmann/json.hpp>)

if(BUILD_TESTING)
  add_library(argus_test_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
  target_compile_options(argus_test_pch PRIVATE -O0)  # as the tests that use it: argus_test()
  target_link_libraries(argus_test_pch PUBLIC argus_flags nlohmann_json::nlohmann_json GTest::gtest
                                              GTest::gmock Threads::Threads)
  target_precompile_headers(
    argus_test_pch PUBLIC
    <atomic> <chrono> <functional> <map> <memory> <mutex> <optional> <string> <string_view> <thread>
    <vector> <nlohmann/json.hpp> <gmock/gmock.h> <gtest/gtest.h>)
endif()
