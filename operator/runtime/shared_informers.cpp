#include "runtime/shared_informers.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace argus::runtime {

SharedInformers::SharedInformers(kube::Client& client, base::Clock& clock,
                                 ServedKinds& served_kinds, bool watch_list, Trim trim)
    : client_(client),
      clock_(clock),
      served_kinds_(served_kinds),
      watch_list_(watch_list),
      trim_(std::move(trim)) {}

SharedInformers::~SharedInformers() { stop(); }

SharedInformers::Subscription::Subscription(SharedInformers& owner,
                                            std::shared_ptr<Informer> informer,
                                            std::shared_ptr<const InformerListener> listener)
    : owner_(owner), informer_(std::move(informer)), listener_(std::move(listener)) {}

SharedInformers::Subscription::~Subscription() { owner_.leave(informer_->selection()); }

std::unique_ptr<SharedInformers::Subscription> SharedInformers::subscribe(
    const Selection& selection, InformerListener listener, const Indexes& indexes) {
  auto kept = std::make_shared<const InformerListener>(std::move(listener));
  std::shared_ptr<Informer> informer;
  {
    const base::MutexLock lock(mutex_);
    auto found = entries_.find(selection);
    if (found == entries_.end()) {
      if (entries_.size() >= kInformersMax) {
        throw std::runtime_error("cannot watch " + selection.to_string() +
                                 ": this process already has " + std::to_string(kInformersMax) +
                                 " watches; limit it to fewer namespaces");
      }
      found = entries_.try_emplace(selection).first;
      found->second.informer = std::make_shared<Informer>(
          client_, clock_, served_kinds_, selection,
          InformerOptions{.watch_list = watch_list_, .trim = trim_, .indexes = indexes});
    }
    informer = found->second.informer;
    ++found->second.subscriptions;
  }
  std::unique_ptr<Subscription> subscription(new Subscription(*this, informer, kept));
  informer->add_listener(kept);
  const base::MutexLock lock(mutex_);
  const auto entry = entries_.find(selection);
  if (phase_ == Phase::kStarted && entry != entries_.end()) launch(entry->second);
  return subscription;
}

void SharedInformers::launch(Entry& entry) {
  if (entry.runner.thread.joinable()) return;
  entry.runner.ended = std::make_shared<std::atomic<bool>>(false);
  entry.runner.thread =
      std::jthread([informer = entry.informer, ended = entry.runner.ended](std::stop_token stop) {
        informer->run(std::move(stop));
        *ended = true;
      });
}

void SharedInformers::leave(const Selection& selection) {
  Runner runner;
  {
    const base::MutexLock lock(mutex_);
    const auto found = entries_.find(selection);
    if (found == entries_.end() || --found->second.subscriptions > 0) return;
    runner = std::move(found->second.runner);
    entries_.erase(found);
  }
  if (!runner.thread.joinable()) return;
  runner.thread.request_stop();
  // Joined later: whoever gives up a subscription need not wait for a connection to close.
  std::vector<Runner> ended;
  const base::MutexLock lock(mutex_);
  const auto first_ended = std::partition(leaving_.begin(), leaving_.end(),
                                          [](const Runner& gone) { return !gone.ended->load(); });
  std::move(first_ended, leaving_.end(), std::back_inserter(ended));
  leaving_.erase(first_ended, leaving_.end());
  leaving_.push_back(std::move(runner));
}

void SharedInformers::start() {
  const base::MutexLock lock(mutex_);
  if (phase_ != Phase::kNew) return;
  phase_ = Phase::kStarted;
  for (auto& [selection, entry] : entries_) launch(entry);
}

void SharedInformers::stop() {
  std::vector<Runner> runners;
  {
    const base::MutexLock lock(mutex_);
    phase_ = Phase::kStopped;
    runners.swap(leaving_);
    for (auto& [selection, entry] : entries_) {
      if (entry.runner.thread.joinable()) runners.push_back(std::move(entry.runner));
    }
  }
  for (Runner& runner : runners) runner.thread.request_stop();
  for (Runner& runner : runners) runner.thread.join();
}

std::vector<std::string> SharedInformers::problems() const {
  const base::MutexLock lock(mutex_);
  std::vector<std::string> problems;
  for (const auto& [selection, entry] : entries_) {
    std::string problem = entry.informer->status().problem;
    if (!problem.empty()) problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace argus::runtime
