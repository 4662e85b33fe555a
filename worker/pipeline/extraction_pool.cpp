#include "pipeline/extraction_pool.h"

#include "base/log.h"

namespace argus::worker {

ExtractionPool::ExtractionPool(std::size_t threads, MakeExtractor make) : make_(std::move(make)) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { run(stop); });
  }
}

ExtractionPool::~ExtractionPool() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

std::future<Extracted> ExtractionPool::submit(const SourceFile& file) {
  std::packaged_task<Extracted(const ExtractFile&)> task(
      [&file](const ExtractFile& extract) -> Extracted {
        try {
          return extract(file);
        } catch (const std::exception& error) {
          return ExtractionFailure{error.what()};
        }
      });
  std::future<Extracted> result = task.get_future();
  const base::MutexLock lock(mutex_);
  tasks_.push_back(std::move(task));
  changed_.notify_one();
  return result;
}

void ExtractionPool::run(std::stop_token stop) {
  ExtractFile extract;
  while (true) {
    std::packaged_task<Extracted(const ExtractFile&)> task;
    {
      base::MutexLock lock(mutex_);
      const auto ready = [this]() ARGUS_REQUIRES(mutex_) { return !tasks_.empty(); };
      if (!changed_.wait(lock, stop, ready)) return;
      if (stop.stop_requested()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    // Made when first needed, and again after it failed to be made: its failure is the file's.
    task([this, &extract](const SourceFile& file) {
      if (!extract) extract = make_();
      return extract(file);
    });
  }
}

}  // namespace argus::worker
