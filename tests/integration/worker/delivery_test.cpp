// An offset is committed only after the store's disk has the graph and the broker has the answer;
// an ingestion changes what changed and nothing else.
#include <gmock/gmock.h>

#include <sstream>

#include "graph/code_graph.h"
#include "worker_test.h"

namespace argus::worker::live {
namespace {

using fakes::eventually;
using testing::HasSubstr;

constexpr const char* kResolved =
    "MATCH (g:Repository) WHERE g.ingestion_id IS NOT NULL RETURN count(g)";

class DeliveryTest : public WorkerTest {
 protected:
  std::vector<SourceFile> two_files() const {
    return {source("a/a.go", "package a\n\nfunc A() { B() }\n"),
            source("a/b.go", "package a\n\nfunc B() {}\n")};
  }
  void set_fsync(const std::string& when) const {
    FalkorDbConnection(services_.falkordb).command({"CONFIG", "SET", "appendfsync", when});
  }
  bool says(const WorkerProcess& worker, const std::string& text) const {
    return eventually(
        [&] {
          const Answer answer = worker.get("/ready");
          return answer.status == 503 && answer.body.find(text) != std::string::npos;
        },
        kPatience);
  }
};

TEST_F(DeliveryTest, NothingIsCommittedOrToldBeforeTheDiskHasIt) {
  const Tenant owner = tenant();
  const auto worker = start_worker();
  set_fsync("no");
  send(two_files(), {.tenant = owner, .ingestion_id = "disk"});
  EXPECT_TRUE(eventually([&] { return count(owner, kResolved) == 1; }, kPatience));
  EXPECT_TRUE(says(*worker, "append-only file")) << worker->get("/ready").body;
  EXPECT_EQ(topics_.committed(group_), 0);
  EXPECT_EQ(topics_.end(topics_.analyzed()), 0);
  set_fsync("everysec");
  EXPECT_TRUE(analyzed("disk").has_value()) << worker->output();
  EXPECT_TRUE(committed_all());
  EXPECT_EQ(topics_.end(topics_.dead_letters()), 0);
}

TEST_F(DeliveryTest, NothingIsCommittedBeforeTheAnswerIsAcknowledged) {
  topics_.drop(topics_.analyzed());
  const Tenant owner = tenant();
  const auto worker = start_worker();
  send(two_files(), {.tenant = owner, .ingestion_id = "answer"});
  EXPECT_TRUE(eventually([&] { return count(owner, kResolved) == 1; }, kPatience));
  EXPECT_TRUE(says(*worker, topics_.analyzed())) << worker->get("/ready").body;
  EXPECT_LT(topics_.committed(group_), topics_.end(topics_.ingested()));
  topics_.add(topics_.analyzed());
  EXPECT_TRUE(analyzed("answer").has_value()) << worker->output();
  EXPECT_TRUE(committed_all());
}

// The lines of which only one dump has as many.
std::vector<std::string> differences(const std::string& left, const std::string& right) {
  const auto lines = [](const std::string& text) {
    std::vector<std::string> found;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) found.push_back(line);
    return found;
  };
  const auto a = lines(left);
  const auto b = lines(right);
  std::vector<std::string> found;
  std::ranges::set_symmetric_difference(a, b, std::back_inserter(found));
  return found;
}

TEST_F(DeliveryTest, OnlyWhatChangedChanges) {
  const Tenant owner = tenant();
  auto files = read_sources(kubernetes(), {"pkg/proxy"});
  // Behind all others, so that it is the one to be deleted; nothing else depends on it.
  files.push_back(source("pkg/proxy/zz_extra.go", "package proxy\n\nfunc onlyInThisTest() {}\n"));
  const auto worker = start_worker();
  const auto ingest = [&](const std::string& id) {
    send(files, {.tenant = owner, .ingestion_id = id});
    return analyzed(id);
  };
  const auto first = ingest("first");
  ASSERT_TRUE(first.has_value()) << worker->output();
  EXPECT_EQ(first->files_changed, files.size());
  const std::string before = dump(owner);

  const auto again = ingest("again");
  ASSERT_TRUE(again.has_value()) << worker->output();
  EXPECT_EQ(again->files_changed, 0u);
  EXPECT_EQ(again->files_deleted, 0u);
  EXPECT_TRUE(equal_dumps(before, dump(owner)));

  const std::string changed = files.front().path;
  const std::string deleted = files.back().path;
  files.front() = source(changed, files.front().content + "\nfunc addedByATest() {}\n");
  files.pop_back();
  const auto third = ingest("third");
  ASSERT_TRUE(third.has_value()) << worker->output();
  EXPECT_EQ(third->files_changed, 1u);
  EXPECT_EQ(third->files_deleted, 1u);
  const auto lines = differences(before, dump(owner));
  EXPECT_FALSE(lines.empty());
  for (const std::string& line : lines) {
    EXPECT_THAT(line, testing::AnyOf(HasSubstr(changed), HasSubstr(deleted)));
  }
}

TEST_F(DeliveryTest, TwoTenantsWithTheSameCodeHaveGraphsOfTheirOwn) {
  const Tenant one = tenant("one");
  const Tenant two = tenant("two");
  const auto worker = start_worker();
  send(two_files(), {.tenant = one, .ingestion_id = "one"});
  send(two_files(), {.tenant = two, .ingestion_id = "two"});
  ASSERT_TRUE(analyzed("one").has_value()) << worker->output();
  ASSERT_TRUE(analyzed("two").has_value()) << worker->output();
  EXPECT_TRUE(equal_dumps(dump(one), dump(two)));
  EXPECT_EQ(count(one, "MATCH (n) WHERE n.dataset<>'" + dataset(one) + "' RETURN count(n)"), 0);
  // What one loses, the other keeps.
  send({two_files()[0]}, {.tenant = one, .ingestion_id = "less"});
  ASSERT_TRUE(analyzed("less").has_value()) << worker->output();
  EXPECT_EQ(count(one, "MATCH (f:File) RETURN count(f)"), 1);
  EXPECT_EQ(count(two, "MATCH (f:File) RETURN count(f)"), 2);
}

}  // namespace
}  // namespace argus::worker::live
