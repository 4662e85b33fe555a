#include "cli/ingest/answer_watch.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <future>

#include "fakes/eventually.h"
#include "fakes/fake_broker.h"

namespace argus::cli {
namespace {

using testing::HasSubstr;
using worker::kafka::BrokerError;
using worker::kafka::FakeSource;
using worker::kafka::RebalanceListener;
using worker::kafka::Record;
using namespace std::chrono_literals;

const WatchedIngestion kWatched{"i-1", "org_a_project_b_codebase", "analyzed", "dlq"};

Record analyzed(const std::string& ingestion_id, const std::string& dataset = kWatched.dataset) {
  Record record;
  record.place = {"analyzed", 0};
  record.value = nlohmann::json({{"ingestion_id", ingestion_id},
                                 {"dataset", dataset},
                                 {"graph", {{"files", 3}}},
                                 {"files_changed", 2},
                                 {"files_deleted", 1},
                                 {"calls_unresolved", 0},
                                 {"duration_ms", 5}})
                     .dump();
  return record;
}

Record dead_letter(const std::string& ingestion_id) {
  Record record;
  record.place = {"dlq", 0};
  record.key = kWatched.dataset;
  record.value = "whatever was sent";
  record.headers = {{"ce_subject", ingestion_id},
                    {"ce_id", "i-1.part.2"},
                    {"argus.reason", "hash_mismatch"},
                    {"__connect.errors.exception.message", "The content differs."}};
  return record;
}

TEST(AnswerIn, KnowsItsOwnAnswers) {
  const auto done = answer_in(analyzed("i-1"), kWatched);
  ASSERT_TRUE(done);
  EXPECT_EQ(std::get<worker::AnalyzedSummary>(*done).files_changed, 2u);
  const auto refused = answer_in(dead_letter("i-1"), kWatched);
  ASSERT_TRUE(refused);
  EXPECT_EQ(std::get<Refusal>(*refused).word, "hash_mismatch");
  EXPECT_EQ(std::get<Refusal>(*refused).message, "The content differs.");
  EXPECT_EQ(std::get<Refusal>(*refused).event, "i-1.part.2");
}

TEST(AnswerIn, LeavesOthersAlone) {
  EXPECT_EQ(answer_in(analyzed("i-2"), kWatched), std::nullopt);
  // Another tenant may use the same identity.
  EXPECT_EQ(answer_in(analyzed("i-1", "org_x_project_b_codebase"), kWatched), std::nullopt);
  EXPECT_EQ(answer_in(dead_letter("i-2"), kWatched), std::nullopt);
  Record foreign = dead_letter("i-1");
  foreign.key = "org_x_project_b_codebase";
  EXPECT_EQ(answer_in(foreign, kWatched), std::nullopt);
  Record broken = analyzed("i-1");
  broken.value = "{";
  EXPECT_EQ(answer_in(broken, kWatched), std::nullopt);
}

class AnswerWatchTest : public testing::Test {
 protected:
  void make(bool with_topics = true) {
    std::promise<FakeSource*> made;
    watch_ = std::make_unique<AnswerWatch>(kWatched, [&](RebalanceListener& listener) {
      auto source = std::make_unique<FakeSource>(listener);
      if (with_topics) {
        source->append({"analyzed", 0}, analyzed("before"));
        source->append({"dlq", 0}, dead_letter("before"));
      }
      made.set_value(source.get());
      return source;
    });
    source_ = made.get_future().get();
  }
  std::unique_ptr<AnswerWatch> watch_;
  FakeSource* source_ = nullptr;  // lives as long as the watch
};

TEST_F(AnswerWatchTest, FindsTheAnswerAmongOthers) {
  make();
  watch_->await_in_place(10s);
  EXPECT_EQ(watch_->await(0ms), std::nullopt);
  source_->append({"analyzed", 0}, analyzed("i-2"));
  source_->append({"analyzed", 0}, analyzed("i-1"));
  const auto answer = watch_->await(10s);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<worker::AnalyzedSummary>(*answer));
  EXPECT_EQ(watch_->other_ingestion(), "i-2");
}

TEST_F(AnswerWatchTest, FindsARefusal) {
  make();
  source_->append({"dlq", 0}, dead_letter("i-1"));
  const auto answer = watch_->await(10s);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<Refusal>(*answer));
}

TEST_F(AnswerWatchTest, SaysThatItGetsNoPartitions) {
  make(false);
  try {
    watch_->await_in_place(20ms);
    FAIL() << "is in place without partitions";
  } catch (const BrokerError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--no-wait"));
  }
}

TEST_F(AnswerWatchTest, PassesOnWhatItsReaderMet) {
  AnswerWatch watch(kWatched, [](RebalanceListener&) -> std::unique_ptr<FakeSource> {
    throw BrokerError(true, "may not be read");
  });
  EXPECT_THROW(watch.await_in_place(10s), BrokerError);
  EXPECT_THROW(watch.await(10s), BrokerError);
}

}  // namespace
}  // namespace argus::cli
