#include "pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "event/ingested_message.h"
#include "event/sha256.h"
#include "fakes/eventually.h"
#include "fakes/fake_broker.h"
#include "fakes/fake_code_graph.h"

namespace argus::worker {
namespace {

using fakes::eventually;
using testing::HasSubstr;

const kafka::TopicPartition kPlace{"argus.codebase.ingested", 0};
const kafka::TopicPartition kOther{"argus.codebase.ingested", 1};

IngestedHead head(const std::string& project, const std::string& kind, std::uint32_t number,
                  std::uint32_t total) {
  IngestedHead head;
  head.event_id = project + "." + kind + "." + std::to_string(number);
  head.tenant = {"acme", project};
  head.occurred_at = std::chrono::system_clock::time_point(std::chrono::seconds(1'795'000'000));
  head.ingestion_id = "i-1";
  head.ingestion_started_at = head.occurred_at;
  head.repository.name = project;
  head.number = number;
  head.total = total;
  return head;
}

kafka::Record record(const OutboundEvent& event) {
  kafka::Record record;
  record.key = event.key;
  record.value = event.value;
  for (const auto& [name, value] : event.headers) record.headers.emplace_back(name, value);
  return record;
}

kafka::Record part(const std::string& project, std::uint32_t number, std::uint32_t total) {
  const std::string content = "package p" + std::to_string(number) + "\n";
  return record(
      write_part({head(project, "part", number, total),
                  {{"p" + std::to_string(number) + ".go", sha256_hex(content), content}}}));
}

kafka::Record manifest(const std::string& project, std::uint32_t parts) {
  IngestedManifest manifest{head(project, "manifest", 1, 1), {}, {}};
  for (std::uint32_t i = 1; i <= parts; ++i) {
    manifest.files.push_back(
        {"p" + std::to_string(i) + ".go", sha256_hex("package p" + std::to_string(i) + "\n")});
  }
  return record(write_manifest(manifest));
}

FileFacts extract(const SourceFile& file) {
  if (file.path == "crash.go") throw std::runtime_error("the extractor ended");
  FileFacts facts;
  facts.path = file.path;
  facts.sha256 = file.sha256;
  facts.lines = 1;
  return facts;
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest()
      : pipeline_(
            options(), graph_, sink_, [] { return ExtractFile(extract); }, metrics_,
            base::system_clock()),
        source_(pipeline_.listener()) {}
  ~PipelineTest() override { stop(); }

  static PipelineOptions options() {
    PipelineOptions options;
    options.durable_period = std::chrono::milliseconds(1);
    options.retry_first = std::chrono::milliseconds(1);
    options.retry_max = std::chrono::milliseconds(4);
    options.drain = std::chrono::milliseconds(2'000);
    return options;
  }
  void start() {
    runner_ = std::jthread([this](std::stop_token token) { pipeline_.run(source_, token); });
  }
  void stop() { runner_ = {}; }
  void send_all(const std::string& project, const kafka::TopicPartition& place,
                std::uint32_t parts) {
    for (std::uint32_t i = 1; i <= parts; ++i) source_.append(place, part(project, i, parts));
    source_.append(place, manifest(project, parts));
  }

  // The ids of what was announced: what is read again after an outage is announced again, too.
  std::set<std::string> announced() const {
    std::set<std::string> ids;
    for (const auto& one : sink_.published("argus.codebase.analyzed")) {
      ids.insert(nlohmann::json::parse(one.value)["event_id"].get<std::string>());
    }
    return ids;
  }

  FakeCodeGraph graph_;
  kafka::FakeSink sink_;
  base::Metrics metrics_;
  Pipeline pipeline_;
  kafka::FakeSource source_;
  std::jthread runner_;
};

TEST_F(PipelineTest, AnIngestionBecomesAGraphIsAnnouncedAndCommitted) {
  send_all("shop", kPlace, 3);
  start();
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 4; }));
  EXPECT_EQ(graph_.durable().files.size(), 3u);
  const auto analyzed = sink_.published("argus.codebase.analyzed");
  ASSERT_EQ(analyzed.size(), 1u);
  EXPECT_EQ(analyzed[0].key, "org_acme_project_shop_codebase");
  EXPECT_THAT(metrics_.exposition(), HasSubstr("argus_worker_files_total 3"));
  EXPECT_EQ(pipeline_.problem(), std::nullopt);
}

TEST_F(PipelineTest, ARejectedMessageGoesToTheDeadLettersAndTheRestGoesOn) {
  kafka::Record bad = part("shop", 1, 1);
  bad.value = "{\"org_id\": ";
  source_.append(kPlace, bad);
  send_all("shop", kPlace, 1);
  start();
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 3; }));
  const auto letters = sink_.published("argus.dlq");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].value, bad.value);
  EXPECT_EQ(sink_.published("argus.codebase.analyzed").size(), 1u);
  EXPECT_THAT(metrics_.exposition(),
              HasSubstr("argus_worker_dead_letters_total{reason=\"not_json\"} 1"));
}

TEST_F(PipelineTest, AStoreThatIsDownPausesAndLosesNothing) {
  graph_.set_down(true);
  send_all("shop", kPlace, 5);
  start();
  ASSERT_TRUE(eventually([&] { return source_.paused(kPlace); }));
  EXPECT_THAT(pipeline_.problem().value_or(""), HasSubstr("the store is down"));
  const int polls = source_.polls();
  ASSERT_TRUE(eventually([&] { return source_.polls() > polls + 10; }));
  EXPECT_EQ(source_.committed(kPlace), 0);
  graph_.set_down(false);
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 6; }));
  EXPECT_EQ(graph_.durable().files.size(), 5u);
  EXPECT_TRUE(sink_.published("argus.dlq").empty());
  EXPECT_EQ(sink_.published("argus.codebase.analyzed").size(), 1u);
}

TEST_F(PipelineTest, AStoreThatForgetsWhatWasNotDurableIsWrittenAgain) {
  send_all("shop", kPlace, 40);
  start();
  for (int i = 0; i < 5; ++i) {
    const std::size_t before = graph_.contents().journal.size();
    eventually([&] { return graph_.contents().journal.size() > before; }, std::chrono::seconds(1));
    graph_.kill();
    ASSERT_TRUE(eventually(
        [&] { return pipeline_.problem().has_value() || source_.committed(kPlace) == 41; }));
    graph_.set_down(false);
  }
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 41; }));
  EXPECT_EQ(graph_.durable().files.size(), 40u);
  EXPECT_TRUE(sink_.published("argus.dlq").empty());
}

TEST_F(PipelineTest, AStoreThatForgetsUnnoticedIsWrittenAgain) {
  send_all("shop", kPlace, 40);
  start();
  for (int i = 0; i < 20; ++i) {
    const std::size_t before = graph_.contents().journal.size();
    eventually([&] { return graph_.contents().journal.size() > before; }, std::chrono::seconds(1));
    graph_.kill();
    graph_.set_down(false);  // at once: maybe nobody asked it meanwhile
  }
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 41; }));
  EXPECT_EQ(graph_.durable().files.size(), 40u);
  EXPECT_TRUE(sink_.published("argus.dlq").empty());
}

TEST_F(PipelineTest, NothingIsCommittedBeforeItsAnnouncementIsAcknowledged) {
  sink_.set_down(true);
  send_all("shop", kPlace, 1);
  start();
  ASSERT_TRUE(eventually([&] {
    return pipeline_.problem().value_or("").find("the broker is down") != std::string::npos;
  }));
  EXPECT_LT(source_.committed(kPlace), 2);
  sink_.set_down(false);
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 2; }));
  EXPECT_EQ(announced().size(), 1u);
}

TEST_F(PipelineTest, WhatTheGraphRefusesForGoodIsDeadLettered) {
  graph_.refuse("shop.part.1");
  source_.append(kPlace, part("shop", 1, 2));
  source_.append(kPlace, part("shop", 2, 2));
  start();
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 2; }));
  ASSERT_EQ(sink_.published("argus.dlq").size(), 1u);
  EXPECT_EQ(graph_.durable().files.size(), 1u);
}

TEST_F(PipelineTest, AFileThatCannotBeExtractedDoesNotHoldUpTheRestForEver) {
  const std::string content = "package crash\n";
  source_.append(kPlace, record(write_part({head("crash", "part", 1, 1),
                                            {{"crash.go", sha256_hex(content), content}}})));
  send_all("shop", kPlace, 1);
  start();
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 3; }));
  ASSERT_EQ(sink_.published("argus.dlq").size(), 1u);
  EXPECT_EQ(announced().size(), 1u);
}

TEST_F(PipelineTest, DatasetsAreSerialWithinAndParallelAcross) {
  graph_.hold(true);
  send_all("one", kPlace, 3);
  send_all("two", kOther, 3);
  start();
  // Both lanes wait inside write_part at once.
  ASSERT_TRUE(eventually([&] { return source_.polls() > 50; }));
  graph_.hold(false);
  ASSERT_TRUE(
      eventually([&] { return source_.committed(kPlace) == 4 && source_.committed(kOther) == 4; }));
  EXPECT_FALSE(graph_.overlapped());
  EXPECT_EQ(sink_.published("argus.codebase.analyzed").size(), 2u);
}

TEST_F(PipelineTest, AStopFinishesWhatIsInHandCommitsAndLeaves) {
  send_all("shop", kPlace, 2);
  start();
  ASSERT_TRUE(eventually([&] { return !graph_.contents().journal.empty(); }));
  stop();
  EXPECT_TRUE(source_.closed());
  // What was written is committed or will be read again; what is committed is durable.
  EXPECT_LE(static_cast<std::size_t>(source_.committed(kPlace)), graph_.durable().journal.size());
}

TEST_F(PipelineTest, RevokedPartitionsAreCommittedBeforeTheyGo) {
  send_all("shop", kPlace, 2);
  start();
  ASSERT_TRUE(eventually([&] { return graph_.contents().journal.size() >= 3; }));
  source_.revoke(kPlace);
  ASSERT_TRUE(eventually([&] { return source_.committed(kPlace) == 3; }));
}

}  // namespace
}  // namespace argus::worker
