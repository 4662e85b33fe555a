#include "pipeline/lanes.h"

namespace argus::worker {
namespace {

// Parts that one turn takes: enough for extraction to run ahead of writing, few enough to be fair.
constexpr std::size_t kPartsPerTurn = 8;

// A manifest stands alone: what follows it must see the graph after it.
bool joins(const std::vector<Job>& taken, const Job& next) {
  return std::holds_alternative<IngestedPart>(next.event) &&
         std::holds_alternative<IngestedPart>(taken.front().event) &&
         head_of(taken.front()).ingestion_id == head_of(next).ingestion_id;
}

}  // namespace

const IngestedHead& head_of(const Job& job) {
  return std::visit([](const auto& event) -> const IngestedHead& { return event.head; }, job.event);
}

void Lanes::enqueue(const std::string& dataset, Lane& lane) {
  if (lane.claimed || lane.queued || lane.jobs.empty()) return;
  lane.queued = true;
  turns_.push_back(dataset);
  changed_.notify_one();
}

void Lanes::push(const std::string& dataset, Job job) {
  const base::MutexLock lock(mutex_);
  Lane& lane = lanes_[dataset];
  lane.jobs.push_back(std::move(job));
  enqueue(dataset, lane);
}

std::optional<Claim> Lanes::claim(std::stop_token stop) {
  base::MutexLock lock(mutex_);
  while (true) {
    const auto ready = [this]() ARGUS_REQUIRES(mutex_) { return !turns_.empty(); };
    if (!changed_.wait(lock, stop, ready)) return std::nullopt;
    if (stop.stop_requested()) return std::nullopt;
    Claim claim{std::move(turns_.front()), {}};
    turns_.pop_front();
    Lane& lane = lanes_[claim.dataset];
    lane.queued = false;
    while (!lane.jobs.empty() && claim.jobs.size() < kPartsPerTurn &&
           (claim.jobs.empty() || joins(claim.jobs, lane.jobs.front()))) {
      claim.jobs.push_back(std::move(lane.jobs.front()));
      lane.jobs.pop_front();
    }
    if (claim.jobs.empty()) continue;  // dropped meanwhile
    lane.claimed = true;
    return claim;
  }
}

void Lanes::release(const std::string& dataset) {
  const base::MutexLock lock(mutex_);
  const auto found = lanes_.find(dataset);
  if (found == lanes_.end()) return;
  found->second.claimed = false;
  enqueue(dataset, found->second);
  if (found->second.jobs.empty()) lanes_.erase(found);
}

std::size_t Lanes::drop(const std::function<bool(const Job&)>& which) {
  const base::MutexLock lock(mutex_);
  std::size_t dropped = 0;
  for (auto& [dataset, lane] : lanes_) dropped += std::erase_if(lane.jobs, which);
  return dropped;
}

}  // namespace argus::worker
