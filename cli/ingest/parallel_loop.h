// One function for every index, on some threads.
//
// Threads: starts its own and joins them before it returns. Failure: the first exception that the
// function throws; indexes not begun by then are left out.
#pragma once

#include <cstddef>
#include <functional>

namespace argus::cli {

// Reading files and writing JSON keep a core busy; more threads than this only wait for the broker.
inline constexpr unsigned kThreadsMax = 8;

void parallel_loop(std::size_t count, const std::function<void(std::size_t index)>& body);

}  // namespace argus::cli
