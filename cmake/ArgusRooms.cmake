# A room is a folder with one purpose and one CMake target. Other rooms see its headers, as
# <room>/<header>, only when they list it in DEPENDS: a wrong include does not build.
#
#   argus_room(NAME kube FOLDER operator/kube SOURCES client.cpp DEPENDS base LIBRARIES PkgConfig::x)
#   argus_program(NAME argus-operator SOURCES main.cpp DEPENDS runtime)
#   argus_test(NAME kube_test LABEL unit SOURCES client_test.cpp DEPENDS kube)
#
# Besides `all` there are targets for what a test run needs: programs, unit_tests, thread_tests,
# integration_tests, benchmarks.
#
# LIBRARIES are private to the room: a third-party header lives in one adapter.
#
# A room inside another's folder is reached by its path in the source tree (INCLUDE); the outer one links its own
# headers only (FLAT), so that whoever depends on it alone sees none of the inner ones:
#
#   argus_room(NAME cli FOLDER cli FLAT SOURCES connections.cpp DEPENDS base)
#   argus_room(NAME cli_graph FOLDER cli/graph INCLUDE cli/graph SOURCES graph_command.cpp DEPENDS cli)
#
# With ARGUS_FILES_TOGETHER above 1 that many files of a room are compiled as one, in a third of the time; so no two of
# its files may use one name for two things of their own. The `dev` and `tidy` presets compile each file for itself,
# so that it includes what it needs. Not CMake's unity build: that one includes by absolute paths, and ccache would
# find nothing in another checkout.

function(argus_room)
  cmake_parse_arguments(ROOM "FLAT" "NAME;FOLDER;INCLUDE" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  if(NOT ROOM_INCLUDE)
    set(ROOM_INCLUDE ${ROOM_NAME})
  endif()
  set(folder ${CMAKE_SOURCE_DIR}/${ROOM_FOLDER})
  set(include ${CMAKE_BINARY_DIR}/rooms/${ROOM_NAME})
  # What an earlier configuration left: links made inside a link to the folder would land in the source tree.
  file(REMOVE_RECURSE ${include})
  argus_link_headers(${folder} ${include}/${ROOM_INCLUDE} ${ROOM_FLAT})
  list(TRANSFORM ROOM_SOURCES PREPEND ${folder}/)
  argus_put_together(ROOM_SOURCES ${ROOM_NAME})
  list(TRANSFORM ROOM_DEPENDS PREPEND argus_)
  add_library(argus_${ROOM_NAME} STATIC ${ROOM_SOURCES})
  target_include_directories(argus_${ROOM_NAME} PUBLIC ${include})
  target_link_libraries(argus_${ROOM_NAME} PUBLIC ${ROOM_DEPENDS} Threads::Threads
                                                  nlohmann_json::nlohmann_json
                                           PRIVATE argus_flags ${ROOM_LIBRARIES})
  target_precompile_headers(argus_${ROOM_NAME} REUSE_FROM argus_pch)
  set_property(GLOBAL APPEND PROPERTY ARGUS_ROOMS argus_${ROOM_NAME})
endfunction()

# Replaces the list of sources by files that include ARGUS_FILES_TOGETHER of them each.
function(argus_put_together sources room)
  list(LENGTH ${sources} left)
  if(ARGUS_FILES_TOGETHER LESS_EQUAL 1 OR left LESS_EQUAL 1)
    return()
  endif()
  set(folder ${CMAKE_BINARY_DIR}/together)
  set(files "")
  set(rest ${${sources}})
  while(rest)
    list(SUBLIST rest 0 ${ARGUS_FILES_TOGETHER} members)
    list(LENGTH files number)
    set(text "")
    foreach(member IN LISTS members)
      file(RELATIVE_PATH path ${folder} ${member})
      string(APPEND text "#include \"${path}\"\n")
    endforeach()
    set(file ${folder}/${room}_${number}.cpp)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
    list(APPEND files ${file})
    list(REMOVE_ITEM rest ${members})
  endwhile()
  set(${sources} ${files} PARENT_SCOPE)
endfunction()

# Makes the headers in `folder` visible at `link`: by a link to the folder, or when `flat` by one to each header.
function(argus_link_headers folder link flat)
  cmake_path(GET link PARENT_PATH parent)
  file(MAKE_DIRECTORY ${parent})
  if(NOT flat)
    file(CREATE_LINK ${folder} ${link} SYMBOLIC)
    return()
  endif()
  file(MAKE_DIRECTORY ${link})
  file(GLOB headers CONFIGURE_DEPENDS ${folder}/*.h)
  foreach(header IN LISTS headers)
    cmake_path(GET header FILENAME name)
    file(CREATE_LINK ${header} ${link}/${name} SYMBOLIC)
  endforeach()
endfunction()

add_custom_target(programs)
add_custom_target(unit_tests)
add_custom_target(thread_tests)
add_custom_target(integration_tests)
add_custom_target(benchmarks)

# BENCHMARK: a measurement, not part of the product; only `benchmarks` builds it.
function(argus_program)
  cmake_parse_arguments(PROGRAM "BENCHMARK" "NAME" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  list(TRANSFORM PROGRAM_DEPENDS PREPEND argus_)
  add_executable(${PROGRAM_NAME} ${PROGRAM_SOURCES})
  target_link_libraries(${PROGRAM_NAME} PRIVATE argus_flags ${PROGRAM_DEPENDS} ${PROGRAM_LIBRARIES})
  target_precompile_headers(${PROGRAM_NAME} REUSE_FROM argus_pch)
  set_target_properties(${PROGRAM_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  if(PROGRAM_BENCHMARK)
    set_target_properties(${PROGRAM_NAME} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    add_dependencies(benchmarks ${PROGRAM_NAME})
  else()
    add_dependencies(programs ${PROGRAM_NAME})
  endif()
  set_property(GLOBAL APPEND PROPERTY ARGUS_ROOMS ${PROGRAM_NAME})
endfunction()

# Writes rooms.txt below the build folder, from what the targets really link: a line per room or program, "room: the
# rooms that it sees". `cmake --build --preset dev --target rooms` prints it; docs/architecture.md draws it.
function(argus_write_rooms)
  get_property(targets GLOBAL PROPERTY ARGUS_ROOMS)
  set(text "")
  foreach(target ${targets})
    get_target_property(libraries ${target} LINK_LIBRARIES)
    list(FILTER libraries INCLUDE REGEX "^argus_")
    list(FILTER libraries EXCLUDE REGEX "^argus_(flags|pch|yaml|valijson)$")
    list(TRANSFORM libraries REPLACE "^argus_" "")
    list(JOIN libraries " " libraries)
    string(REGEX REPLACE "^argus_" "" name ${target})
    string(APPEND text "${name}: ${libraries}\n")
  endforeach()
  file(WRITE ${CMAKE_BINARY_DIR}/rooms.txt "${text}")
  add_custom_target(rooms COMMAND ${CMAKE_COMMAND} -E cat ${CMAKE_BINARY_DIR}/rooms.txt VERBATIM)
endfunction()

# LABEL is unit (no network, seconds in all) or integration (real services). THREADS: its program starts
# threads, so that ThreadSanitizer has something to see.
function(argus_test)
  cmake_parse_arguments(TEST "THREADS" "NAME;LABEL;TIMEOUT" "SOURCES;DEPENDS;LIBRARIES;ENVIRONMENT" ${ARGN})
  list(TRANSFORM TEST_DEPENDS PREPEND argus_)
  add_executable(${TEST_NAME} ${TEST_SOURCES})
  target_link_libraries(${TEST_NAME} PRIVATE argus_flags ${TEST_DEPENDS} ${TEST_LIBRARIES} argus_places GTest::gmock
                                             GTest::gtest_main Threads::Threads)
  target_include_directories(${TEST_NAME} PRIVATE ${CMAKE_SOURCE_DIR}/tests)  # what tests of one room share
  # A test's own code need not be fast, and -O0 halves the time of a cold release build.
  target_compile_options(${TEST_NAME} PRIVATE -O0)
  target_precompile_headers(${TEST_NAME} REUSE_FROM argus_test_pch)
  set_target_properties(${TEST_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)  # for a machine that is busy with something else
  endif()
  add_test(NAME ${TEST_NAME} COMMAND ${TEST_NAME} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  add_dependencies(${TEST_LABEL}_tests ${TEST_NAME})
  set(labels ${TEST_LABEL})
  if(TEST_THREADS)
    list(APPEND labels threads)
    add_dependencies(thread_tests ${TEST_NAME})
  endif()
  set_tests_properties(${TEST_NAME} PROPERTIES LABELS "${labels}" TIMEOUT ${TEST_TIMEOUT}
                                               ENVIRONMENT "${TEST_ENVIRONMENT}")
endfunction()
