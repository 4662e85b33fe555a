// A CodeGraph in memory that can be told to fail, to be slow, and to forget what was not made
// durable, as a store that is killed does.
//
// Threads: every method may be called from any thread.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/code_graph.h"

namespace argus::worker {

class FakeCodeGraph final : public CodeGraph {
 public:
  struct Progress {
    std::set<std::uint32_t> parts, manifests;
    std::uint32_t parts_total = 0, manifests_total = 0;
    bool resolved = false;
  };
  struct Contents {
    std::map<std::string, std::string> files;  // dataset/path to hash
    std::map<std::string, Progress> progress;  // dataset/ingestion_id
    std::vector<std::string> journal;          // what was written, in order
  };

  // While set, every call throws a retryable GraphError.
  void set_down(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }
  // The store dies: what was written since the last barrier is gone, and the next barrier says so.
  void kill() {
    const std::lock_guard lock(mutex_);
    down_ = true;
    restarted_ = true;
    contents_ = durable_;
  }
  // Parts of this event_id are refused for good.
  void refuse(const std::string& event_id) {
    const std::lock_guard lock(mutex_);
    refused_.insert(event_id);
  }
  // write_part() waits until this is called with false.
  void hold(bool hold) {
    const std::lock_guard lock(mutex_);
    hold_ = hold;
    changed_.notify_all();
  }
  [[nodiscard]] Contents contents() const {
    const std::lock_guard lock(mutex_);
    return contents_;
  }
  [[nodiscard]] Contents durable() const {
    const std::lock_guard lock(mutex_);
    return durable_;
  }
  [[nodiscard]] int barriers() const {
    const std::lock_guard lock(mutex_);
    return barriers_;
  }
  [[nodiscard]] bool overlapped() const {
    const std::lock_guard lock(mutex_);
    return overlapped_;
  }

  std::vector<std::string> changed_files(const Ingestion& ingestion,
                                         std::span<const FileDigest> files,
                                         std::stop_token) override {
    const std::lock_guard lock(mutex_);
    fail_if_told(ingestion);
    std::vector<std::string> changed;
    for (const FileDigest& file : files) {
      const auto found = contents_.files.find(ingestion.dataset + "/" + file.path);
      if (found == contents_.files.end() || found->second != file.sha256) {
        changed.push_back(file.path);
      }
    }
    return changed;
  }

  IngestionState write_part(const Ingestion& ingestion, Position part,
                            std::span<const FileFacts> files, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    overlapped_ = overlapped_ || !in_work_.insert(ingestion.dataset).second;
    changed_.wait(lock, stop, [this] { return !hold_; });
    in_work_.erase(ingestion.dataset);
    fail_if_told(ingestion);
    for (const FileFacts& file : files) {
      contents_.files[ingestion.dataset + "/" + file.path] = file.sha256;
    }
    contents_.journal.push_back(ingestion.event_id);
    Progress& progress = contents_.progress[ingestion.dataset + "/" + ingestion.ingestion_id];
    progress.parts.insert(part.number);
    progress.parts_total = part.total;
    return state_of(progress);
  }

  IngestionState write_manifest(const Ingestion& ingestion, Position message,
                                std::span<const FileDigest>, std::stop_token) override {
    const std::lock_guard lock(mutex_);
    fail_if_told(ingestion);
    contents_.journal.push_back(ingestion.event_id);
    Progress& progress = contents_.progress[ingestion.dataset + "/" + ingestion.ingestion_id];
    progress.manifests.insert(message.number);
    progress.manifests_total = message.total;
    return state_of(progress);
  }

  Analysis resolve(const Ingestion& ingestion, std::stop_token) override {
    const std::lock_guard lock(mutex_);
    fail_if_told(ingestion);
    contents_.progress[ingestion.dataset + "/" + ingestion.ingestion_id].resolved = true;
    Analysis analysis;
    analysis.graph.files = contents_.files.size();
    return analysis;
  }

  void make_durable(std::stop_token) override {
    const std::lock_guard lock(mutex_);
    fail_if_told({});
    if (std::exchange(restarted_, false)) throw GraphError(true, "the store was restarted");
    durable_ = contents_;
    ++barriers_;
  }

  void check(std::stop_token) override {
    const std::lock_guard lock(mutex_);
    fail_if_told({});
  }

 private:
  void fail_if_told(const Ingestion& ingestion) const {
    if (down_) throw GraphError(true, "the store is down");
    if (refused_.contains(ingestion.event_id)) throw GraphError(false, "the store refuses it");
  }
  static IngestionState state_of(const Progress& progress) {
    if (progress.resolved) return IngestionState::kResolved;
    const bool complete = progress.parts_total > 0 && progress.manifests_total > 0 &&
                          progress.parts.size() == progress.parts_total &&
                          progress.manifests.size() == progress.manifests_total;
    return complete ? IngestionState::kComplete : IngestionState::kPending;
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Contents contents_, durable_;
  std::set<std::string> refused_, in_work_;
  bool down_ = false, restarted_ = false, hold_ = false, overlapped_ = false;
  int barriers_ = 0;
};

}  // namespace argus::worker
