// How the worker begins and ends: what is wrong is said, and nothing is lost on the way.
#include <gmock/gmock.h>

#include <signal.h>

#include "fakes/temporary_directory.h"
#include "worker_test.h"

namespace argus::worker::live {
namespace {

using fakes::eventually;
using testing::HasSubstr;

constexpr std::chrono::seconds kGrace{15};

class StartupTest : public WorkerTest {
 protected:
  // A file that holds what is not a password.
  std::string wrong_password() { return folder_.write("password", "wrong-secret\n"); }
  std::vector<SourceFile> one_file() const {
    return {source("a.go", "package a\n\nfunc A() { B() }\n\nfunc B() {}\n")};
  }
  bool says(const WorkerProcess& worker, const std::string& text) const {
    return eventually([&] {
      const Answer answer = worker.get("/ready");
      return answer.status == 503 && answer.body.find(text) != std::string::npos;
    });
  }

  const fakes::TemporaryDirectory folder_;
};

TEST(WorkerSettings, WhatIsWrongIsListedAllAtOnce) {
  const std::map<std::string, std::string> wrong = {{"HTTP_PORT", "99999"}, {"LOG_LEVEL", "loud"}};
  WorkerProcess worker(wrong);
  EXPECT_EQ(worker.wait(kGrace), 2);
  for (const char* name : {"KAFKA_BOOTSTRAP_SERVERS", "FALKORDB_HOST", "HTTP_PORT", "LOG_LEVEL",
                           "KAFKA_SASL_USERNAME"}) {
    EXPECT_THAT(worker.output(), HasSubstr(name));
  }
}

TEST_F(StartupTest, AWrongKafkaPasswordIsSaid) {
  const auto worker = start_worker({{"KAFKA_SASL_PASSWORD_FILE", wrong_password()}});
  EXPECT_TRUE(says(*worker, "KAFKA_SASL_PASSWORD")) << worker->get("/ready").body;
  EXPECT_EQ(worker->get("/health").status, 200);
  EXPECT_THAT(worker->output(), testing::Not(HasSubstr("wrong-secret")));
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->wait(kGrace), 0) << worker->output();
}

TEST_F(StartupTest, AWrongFalkorDbPasswordHoldsTheEventsBack) {
  const Tenant owner = tenant();
  send(one_file(), {.tenant = owner, .ingestion_id = "held"});
  {
    const auto worker = start_worker({{"FALKORDB_PASSWORD_FILE", wrong_password()}});
    EXPECT_TRUE(says(*worker, "FALKORDB_PASSWORD")) << worker->get("/ready").body;
    EXPECT_THAT(worker->output(), testing::Not(HasSubstr("wrong-secret")));
    worker->signal(SIGTERM);
    EXPECT_EQ(worker->wait(kGrace), 0) << worker->output();
  }
  EXPECT_EQ(topics_.committed(group_), 0);
  EXPECT_EQ(topics_.end(topics_.dead_letters()), 0);
  const auto worker = start_worker();
  EXPECT_TRUE(analyzed("held").has_value()) << worker->output();
}

TEST_F(StartupTest, ATopicThatDoesNotExistIsNamed) {
  topics_.drop(topics_.ingested());
  const auto worker = start_worker();
  EXPECT_TRUE(says(*worker, "does not exist")) << worker->get("/ready").body;
  topics_.add(topics_.ingested());
  EXPECT_TRUE(eventually([&] { return worker->ready(); }, kPatience)) << worker->output();
}

TEST_F(StartupTest, ATermSignalInTheMiddleEndsItWithWhatIsInHandCommitted) {
  const Tenant owner = tenant();
  const auto files = read_sources(kubernetes(), {"pkg"});
  const auto worker = start_worker({{"WORKER_EXTRACTORS", "1"}});
  send(files, {.tenant = owner, .ingestion_id = "stopped"});
  ASSERT_TRUE(
      eventually([&] { return count(owner, "MATCH (f:File) RETURN count(f)") > 0; }, kPatience));
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->wait(kGrace), 0) << worker->output();
  EXPECT_GT(topics_.committed(group_), 0);
  EXPECT_LT(topics_.committed(group_), topics_.end(topics_.ingested())) << "not in the middle";
  const auto next = start_worker();
  ASSERT_TRUE(analyzed("stopped").has_value()) << next->output();
  EXPECT_TRUE(committed_all());
  const std::string metrics = next->get("/metrics").body;
  for (const char* name :
       {"argus_worker_events_total", "argus_worker_files_total", "argus_worker_lines_total",
        "argus_worker_batch_seconds_bucket", "argus_worker_store_up 1",
        "argus_worker_outages_total", "argus_worker_in_flight_bytes",
        "argus_worker_expired_ingestions_total"}) {
    EXPECT_THAT(metrics, HasSubstr(name));
  }
  next->signal(SIGTERM);
  EXPECT_EQ(next->wait(kGrace), 0) << next->output();
}

TEST_F(StartupTest, ABrokerThatComesLaterIsWaitedFor) {
  stop_kafka(services_);
  const auto worker = start_worker();
  EXPECT_TRUE(says(*worker, "No broker can be reached")) << worker->get("/ready").body;
  EXPECT_EQ(worker->get("/health").status, 200);
  start_kafka(services_);
  EXPECT_TRUE(eventually([&] { return worker->ready(); }, kPatience)) << worker->output();
  send(one_file(), {.tenant = tenant(), .ingestion_id = "later"});
  EXPECT_TRUE(analyzed("later").has_value()) << worker->output();
}

}  // namespace
}  // namespace argus::worker::live
