// Waits for what happens on another thread, instead of sleeping and hoping.
//
//   ASSERT_TRUE(eventually([&] { return store.size() == 3; }));
//
// Threads: `condition` is called on the caller's. The deadline is long because it only matters when
// the test fails.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace argus::fakes {

inline bool eventually(const std::function<bool()>& condition,
                       std::chrono::seconds deadline = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace argus::fakes
