// One informer, with a thread of its own, per distinct Selection, however many want it. An informer
// runs while someone holds a subscription to it.
//
// Threads: every method may be called from any thread; none blocks on the network.
// Ownership: subscriptions must be destroyed before the SharedInformers.
// Failure: subscribe() throws std::runtime_error above kInformersMax.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "runtime/informer.h"

namespace argus::runtime {

class SharedInformers {
 public:
  // Threads and connections are finite: 30 kinds, and a few followed Secrets for each of some
  // hundred resources.
  static constexpr std::size_t kInformersMax = 2'000;

  SharedInformers(kube::Client& client, base::Clock& clock, ServedKinds& served_kinds,
                  bool watch_list, Trim trim);
  ~SharedInformers();
  SharedInformers(const SharedInformers&) = delete;
  SharedInformers& operator=(const SharedInformers&) = delete;

  class Subscription {
   public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    [[nodiscard]] const Informer& informer() const { return *informer_; }

   private:
    friend class SharedInformers;
    Subscription(SharedInformers& owner, std::shared_ptr<Informer> informer,
                 std::shared_ptr<const InformerListener> listener);
    SharedInformers& owner_;
    const std::shared_ptr<Informer> informer_;
    const std::shared_ptr<const InformerListener> listener_;
  };

  // `indexes` count when this is the first subscription to the selection. After start() the
  // informer starts at once. The listener may be called during and after this call, and once more
  // while the subscription is being destroyed: it captures only what outlives it.
  [[nodiscard]] std::unique_ptr<Subscription> subscribe(const Selection& selection,
                                                        InformerListener listener,
                                                        const Indexes& indexes = {});

  void start();
  // Ends every informer and waits for their threads. There is no start() afterwards.
  void stop();

  // A sentence for each informer that has a problem now.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  struct Runner {
    std::shared_ptr<std::atomic<bool>> ended;
    std::jthread thread;
  };
  struct Entry {
    std::shared_ptr<Informer> informer;
    std::size_t subscriptions = 0;
    Runner runner;
  };

  void launch(Entry& entry) ARGUS_REQUIRES(mutex_);
  void leave(const Selection& selection) ARGUS_EXCLUDES(mutex_);

  kube::Client& client_;
  base::Clock& clock_;
  ServedKinds& served_kinds_;
  const bool watch_list_;
  const Trim trim_;

  mutable base::Mutex mutex_;
  enum class Phase { kNew, kStarted, kStopped } phase_ ARGUS_GUARDED_BY(mutex_) = Phase::kNew;
  std::map<Selection, Entry> entries_ ARGUS_GUARDED_BY(mutex_);
  std::vector<Runner> leaving_ ARGUS_GUARDED_BY(mutex_);  // asked to stop, not yet joined
};

}  // namespace argus::runtime
