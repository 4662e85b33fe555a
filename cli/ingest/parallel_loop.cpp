#include "cli/ingest/parallel_loop.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace argus::cli {

namespace {

struct FirstFailure {
  base::Mutex mutex;
  std::exception_ptr failure ARGUS_GUARDED_BY(mutex);
};

}  // namespace

void parallel_loop(std::size_t count, const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  FirstFailure first;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) body(i);
    } catch (...) {
      next = count;
      const base::MutexLock lock(first.mutex);
      if (!first.failure) first.failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t wanted = std::clamp(std::thread::hardware_concurrency(), 2U, kThreadsMax);
    for (std::size_t i = 0; i < std::min(wanted, count); ++i) threads.emplace_back(work);
  }
  const base::MutexLock lock(first.mutex);
  if (first.failure) std::rethrow_exception(first.failure);
}

}  // namespace argus::cli
