#include "pipeline/committer.h"

#include <algorithm>
#include <iterator>

namespace argus::worker {
namespace {

constexpr int kBarriersAtOnce = 4;

}  // namespace

Committer::Committer(CodeGraph& graph, kafka::Sink& sink, Outage& outage, base::Clock& clock,
                     std::chrono::milliseconds period, Calls calls)
    : graph_(graph),
      sink_(sink),
      outage_(outage),
      clock_(clock),
      period_(period),
      calls_(std::move(calls)),
      next_take_(clock.monotonic()) {
  for (int i = 0; i < kBarriersAtOnce; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { run(stop); });
  }
}

Committer::~Committer() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void Committer::finished(FinishedJob job) {
  const base::MutexLock lock(mutex_);
  waiting_.push_back(std::move(job));
  changed_.notify_all();
}

void Committer::run(std::stop_token stop) {
  while (auto batch = take(stop)) {
    forget_stale(batch->jobs);
    auto problem = make_durable(batch->jobs, stop);
    {
      base::MutexLock lock(mutex_);
      const auto ready = [&]() ARGUS_REQUIRES(mutex_) { return settled_ == batch->number; };
      if (!changed_.wait(lock, stop, ready)) return;
    }
    // An earlier batch may have failed: then the store may have lost this one, too.
    forget_stale(batch->jobs);
    try {
      if (!problem) settle(batch->jobs);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    if (stop.stop_requested()) return;
    if (problem) {
      outage_.begin(*problem);
    } else {
      outage_.succeeded();
    }
    const base::MutexLock lock(mutex_);
    ++settled_;
    changed_.notify_all();
  }
}

// Everything that waits, at most once in a period: more finishes meanwhile, and the next batch has
// it.
std::optional<Committer::Batch> Committer::take(std::stop_token stop) {
  const base::MutexLock one(take_mutex_);
  const auto now = clock_.monotonic();
  if (next_take_ > now && !clock_.sleep_for(next_take_ - now, stop)) return std::nullopt;
  base::MutexLock lock(mutex_);
  const auto ready = [this]() ARGUS_REQUIRES(mutex_) { return !waiting_.empty(); };
  if (!changed_.wait(lock, stop, ready)) return std::nullopt;
  if (stop.stop_requested()) return std::nullopt;
  next_take_ = clock_.monotonic() + period_;
  Batch batch{taken_++, {}};
  batch.jobs.swap(waiting_);
  return batch;
}

void Committer::forget_stale(std::vector<FinishedJob>& jobs) const {
  std::erase_if(jobs, [this](const FinishedJob& job) {
    return outage_.reason().has_value() || !calls_.current(job);
  });
}

std::optional<std::string> Committer::make_durable(const std::vector<FinishedJob>& jobs,
                                                   std::stop_token stop) {
  if (std::ranges::none_of(jobs, &FinishedJob::wrote_graph)) return std::nullopt;
  try {
    graph_.make_durable(stop);
    return std::nullopt;
  } catch (const std::exception& error) {
    return error.what();
  }
}

void Committer::settle(const std::vector<FinishedJob>& jobs) {
  std::vector<kafka::OutboundRecord> records;
  for (const FinishedJob& job : jobs) {
    std::copy(job.announcements.begin(), job.announcements.end(), std::back_inserter(records));
  }
  if (!records.empty()) sink_.publish(records);
  for (const FinishedJob& job : jobs) calls_.settled(job);
}

}  // namespace argus::worker
