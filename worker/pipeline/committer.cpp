#include "pipeline/committer.h"

#include <algorithm>
#include <iterator>

namespace argus::worker {

Committer::Committer(CodeGraph& graph, kafka::Sink& sink, Outage& outage, base::Clock& clock,
                     std::chrono::milliseconds period, Calls calls)
    : graph_(graph),
      sink_(sink),
      outage_(outage),
      clock_(clock),
      period_(period),
      calls_(std::move(calls)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void Committer::finished(FinishedJob job) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(job));
  changed_.notify_all();
}

void Committer::run(std::stop_token stop) {
  while (true) {
    std::vector<FinishedJob> batch;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      batch.swap(waiting_);
    }
    std::erase_if(batch, [this](const FinishedJob& job) {
      return outage_.reason().has_value() || !calls_.current(job);
    });
    try {
      settle(batch, stop);
      outage_.succeeded();
    } catch (const std::exception& error) {
      if (stop.stop_requested()) return;
      outage_.begin(error.what());
    }
    // More finishes meanwhile, and the next barrier covers it.
    if (!clock_.sleep_for(period_, stop)) return;
  }
}

void Committer::settle(const std::vector<FinishedJob>& batch, std::stop_token stop) {
  const bool wrote =
      std::any_of(batch.begin(), batch.end(), [](const auto& job) { return job.wrote_graph; });
  if (wrote) graph_.make_durable(stop);
  std::vector<kafka::OutboundRecord> records;
  for (const FinishedJob& job : batch) {
    std::copy(job.announcements.begin(), job.announcements.end(), std::back_inserter(records));
  }
  if (!records.empty()) sink_.publish(records);
  for (const FinishedJob& job : batch) calls_.settled(job);
}

}  // namespace argus::worker
