// A few threads that extract files, each with an extractor of its own.
//
// Threads: submit() from any thread. Failure: of an extractor, as a value; a stopped pool breaks
// the promises of what it never began.
#pragma once

#include <deque>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "event/ingested_event.h"
#include "extract/code_facts.h"

namespace argus::worker {

struct ExtractionFailure {
  std::string reason;
};

// Extracts one file: extract/extractor.h in production.
using ExtractFile = std::function<FileFacts(const SourceFile&)>;
// Called once on each thread.
using MakeExtractor = std::function<ExtractFile()>;

// The facts, or what the extractor threw.
using Extracted = std::variant<FileFacts, ExtractionFailure>;

class ExtractionPool {
 public:
  ExtractionPool(std::size_t threads, MakeExtractor make);
  ~ExtractionPool();
  ExtractionPool(const ExtractionPool&) = delete;
  ExtractionPool& operator=(const ExtractionPool&) = delete;

  // `file` outlives the future.
  std::future<Extracted> submit(const SourceFile& file);

 private:
  void run(std::stop_token stop);

  MakeExtractor make_;
  base::Mutex mutex_;
  base::ConditionVariable changed_;
  std::deque<std::packaged_task<Extracted(const ExtractFile&)>> tasks_ ARGUS_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;  // last: they use the members above
};

}  // namespace argus::worker
