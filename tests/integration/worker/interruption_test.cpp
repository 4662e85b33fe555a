// The graph is the same whoever dies in the middle: the store, or the worker.
#include <gmock/gmock.h>

#include <signal.h>

#include "worker_test.h"

namespace argus::worker::live {
namespace {

constexpr const char* kFiles = "MATCH (f:File) RETURN count(f)";
constexpr const char* kDirectories = "MATCH (d:Directory) RETURN count(d)";
constexpr const char* kResolved =
    "MATCH (g:Repository) WHERE g.ingestion_id IS NOT NULL RETURN count(g)";
constexpr const char* kCalls = "MATCH ()-[c:CALLS]->() RETURN count(c)";

class InterruptionTest : public WorkerTest {
 protected:
  InterruptionTest() : files_(read_sources(kubernetes(), {"pkg/kubelet"})) {}

  // One worker that nobody disturbs.
  std::string undisturbed() {
    const Tenant owner = tenant("undisturbed");
    const auto worker = start_worker();
    send(files_, {.tenant = owner, .ingestion_id = "undisturbed"});
    EXPECT_TRUE(analyzed("undisturbed").has_value()) << worker->output();
    EXPECT_TRUE(committed_all());
    worker->signal(SIGTERM);
    EXPECT_EQ(worker->wait(kPatience), 0) << worker->output();
    return dump(owner);
  }
  // Looks at the graph until `query` counts more than `least`.
  bool reached(const Tenant& owner, const char* query, std::int64_t least) {
    return fakes::eventually([&] { return count(owner, query) > least; }, kPatience);
  }

  const std::vector<SourceFile> files_;
};

TEST_F(InterruptionTest, AStoreThatIsKilledAndComesBackLosesNothing) {
  const std::string expected = undisturbed();
  const Tenant owner = tenant("store-killed");
  const auto worker = start_worker({{"WORKER_EXTRACTORS", "1"}});
  send(files_, {.tenant = owner, .ingestion_id = "store-killed"});
  ASSERT_TRUE(reached(owner, kFiles, static_cast<std::int64_t>(files_.size() / 10)));
  kill_falkordb(services_);
  ASSERT_TRUE(fakes::eventually([&] { return worker->get("/ready").status == 503; }));
  EXPECT_THAT(worker->get("/ready").body, testing::HasSubstr("FalkorDB"));
  EXPECT_EQ(worker->get("/health").status, 200);
  EXPECT_LT(topics_.committed(group_), topics_.end(topics_.ingested()));
  EXPECT_THAT(worker->get("/metrics").body, testing::HasSubstr("argus_worker_store_up 0"));
  EXPECT_EQ(topics_.end(topics_.dead_letters()), 0);
  start_falkordb(services_);
  const auto answer = analyzed("store-killed");
  ASSERT_TRUE(answer.has_value()) << worker->output();
  EXPECT_EQ(answer->graph.at("files"), files_.size());
  EXPECT_TRUE(committed_all());
  EXPECT_EQ(topics_.end(topics_.dead_letters()), 0);
  EXPECT_TRUE(fakes::eventually([&] { return worker->ready(); }));
  EXPECT_TRUE(equal_dumps(expected, dump(owner)));
}

TEST_F(InterruptionTest, AWorkerThatIsKilledLeavesTheGraphToTheNext) {
  const std::string expected = undisturbed();
  const Tenant owner = tenant("worker-killed");
  const std::map<std::string, std::string> slow = {{"WORKER_EXTRACTORS", "1"}};
  auto worker = start_worker(slow);
  send(files_, {.tenant = owner, .ingestion_id = "worker-killed"});
  const auto total = static_cast<std::int64_t>(files_.size());
  int killed_in_parts = 0;
  for (const std::int64_t tenths : {1, 4, 7}) {
    ASSERT_TRUE(reached(owner, kFiles, total * tenths / 10)) << worker->output();
    worker->kill();
    if (count(owner, kFiles) < total) ++killed_in_parts;
    worker = start_worker(slow);
  }
  EXPECT_GE(killed_in_parts, 2) << "the codebase is too small for this machine";
  // In the middle of the resolution: its places are there, and some of its edges may be.
  ASSERT_TRUE(reached(owner, kDirectories, 0)) << worker->output();
  worker->kill();
  EXPECT_EQ(count(owner, kResolved), 0) << "resolution ended before the kill";
  worker = start_worker();
  ASSERT_TRUE(reached(owner, kCalls, 0)) << worker->output();
  worker->kill();
  worker = start_worker();
  ASSERT_TRUE(analyzed("worker-killed").has_value()) << worker->output();
  EXPECT_TRUE(committed_all());
  EXPECT_EQ(topics_.end(topics_.dead_letters()), 0);
  EXPECT_TRUE(equal_dumps(expected, dump(owner)));
}

}  // namespace
}  // namespace argus::worker::live
