// What every test of the running worker stands on: topics, group and tenant of its own, and what
// became of them.
//
// Threads: use from one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codebase.h"
#include "event/analyzed_event.h"
#include "fakes/eventually.h"
#include "graph/falkordb_connection.h"
#include "live_services.h"
#include "topics.h"
#include "worker_process.h"

namespace argus::worker::live {

inline constexpr std::chrono::seconds kPatience{120};

class WorkerTest : public testing::Test {
 protected:
  // Of a run that was never used before.
  WorkerTest();
  ~WorkerTest() override;

  std::unique_ptr<WorkerProcess> start_worker(std::map<std::string, std::string> more = {}) const;
  void send(const std::vector<SourceFile>& files, const Sending& sending);
  [[nodiscard]] Tenant tenant(const std::string& project = "shop");
  [[nodiscard]] std::string dataset(const Tenant& tenant) const;
  // The announcement of this ingestion, waited for.
  std::optional<AnalyzedSummary> analyzed(const std::string& ingestion_id) const;
  bool committed_all() const;

  // The canonical dump, with the dataset's name replaced so that two tenants can be compared.
  [[nodiscard]] std::string dump(const Tenant& tenant) const;
  // One number of the graph; 0 while there is no such graph, or no store.
  [[nodiscard]] std::int64_t count(const Tenant& tenant, const std::string& query) const;

  const Services services_;
  const std::string name_;  // unique
  const std::string group_;
  Topics topics_;

 private:
  std::vector<std::string> datasets_;  // to remove
};

// Whether two dumps are equal, and else their first lines that differ.
testing::AssertionResult equal_dumps(const std::string& left, const std::string& right);

}  // namespace argus::worker::live
