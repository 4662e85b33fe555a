#include "runtime/event_broadcaster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/http/transport.h"
#include "fakes/eventually.h"
#include "fakes/fake_client.h"
#include "fakes/fake_clock.h"

namespace argus::runtime {
namespace {

using base::FakeClock;
using fakes::eventually;
using fakes::FakeClient;
using fakes::FakeRequest;
using fakes::Verb;
using kube::Json;
using namespace std::chrono_literals;

const kube::GroupVersionKind kEvent{"", "v1", "Event"};

Json widget(const std::string& ns = "ns") {
  Json json = Json::object();
  json["apiVersion"] = "example.com/v1";
  json["kind"] = "Widget";
  json["metadata"] = {{"name", "w"}, {"uid", "u-1"}, {"resourceVersion", "5"}};
  if (!ns.empty()) json["metadata"]["namespace"] = ns;
  return json;
}

class EventBroadcasterTest : public testing::Test {
 protected:
  FakeClient client_;
  FakeClock clock_;
  base::Metrics metrics_;
  EventBroadcaster events_{client_, clock_, metrics_, {"argus-operator", "pod-1"}};
  std::jthread thread_;

  void start() {
    thread_ = std::jthread([this](std::stop_token stop) { events_.run(std::move(stop)); });
  }
  std::vector<Json> written() const { return client_.peek_all(kEvent); }
  double dropped() { return metrics_.counter("argus_operator_events_dropped_total", "").value(); }
};

TEST_F(EventBroadcasterTest, WritesAnEventThatKubectlUnderstands) {
  start();
  events_.record(widget(), kube::EventType::kWarning, "QuotaExceeded", "the quota is too small");
  ASSERT_TRUE(eventually([&] { return written().size() == 1; }));
  const Json event = written().front();
  EXPECT_EQ(event["metadata"]["namespace"], "ns");
  EXPECT_THAT(event["metadata"]["name"].get<std::string>(), testing::StartsWith("w."));
  const Json about = {{"apiVersion", "example.com/v1"},
                      {"kind", "Widget"},
                      {"name", "w"},
                      {"namespace", "ns"},
                      {"uid", "u-1"},
                      {"resourceVersion", "5"}};
  EXPECT_EQ(event["involvedObject"], about);
  EXPECT_EQ(event["type"], "Warning");
  EXPECT_EQ(event["reason"], "QuotaExceeded");
  EXPECT_EQ(event["message"], "the quota is too small");
  EXPECT_EQ(event["count"], 1);
  EXPECT_EQ(event["firstTimestamp"], base::to_rfc3339(clock_.wall()));
  EXPECT_EQ(event["source"]["component"], "argus-operator");
  EXPECT_EQ(event["reportingInstance"], "pod-1");
}

TEST_F(EventBroadcasterTest, SameEventAgainIsCountedUp) {
  start();
  for (int i = 0; i < 3; ++i)
    events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  ASSERT_TRUE(eventually([&] { return written().size() == 1 && written().front()["count"] == 3; }));
  EXPECT_EQ(client_.count(Verb::kCreate), 1U);
  EXPECT_EQ(client_.count(Verb::kPatch), 2U);
}

TEST_F(EventBroadcasterTest, EventThatExpiredIsCreatedAgain) {
  start();
  events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  ASSERT_TRUE(eventually([&] { return written().size() == 1; }));
  client_.erase(kEvent, kube::key_of(written().front()));
  clock_.advance(1h);
  events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  ASSERT_TRUE(eventually([&] { return written().size() == 1; }));
  EXPECT_EQ(written().front()["count"], 2);
}

TEST_F(EventBroadcasterTest, ObjectWithoutNamespaceGoesToDefault) {
  start();
  events_.record(widget(""), kube::EventType::kNormal, "Applied", "applied");
  ASSERT_TRUE(eventually([&] { return written().size() == 1; }));
  EXPECT_EQ(written().front()["metadata"]["namespace"], "default");
}

TEST_F(EventBroadcasterTest, LongMessageIsCutBetweenCharacters) {
  start();
  std::string message(1023, 'x');
  message += "\xC3\xA4 and more";  // a two-byte character across the limit
  events_.record(widget(), kube::EventType::kNormal, "Applied", message);
  ASSERT_TRUE(eventually([&] { return written().size() == 1; }));
  EXPECT_EQ(written().front()["message"], std::string(1023, 'x'));
}

TEST_F(EventBroadcasterTest, FailedWriteIsTriedAgainAndThenDropped) {
  std::atomic<int> attempts = 0;
  client_.intercept([&attempts](const FakeRequest&, std::stop_token) {
    ++attempts;
    throw base::TransportError(base::TransportError::Kind::kConnect, "connection refused");
  });
  start();
  events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  for (int attempt = 1; attempt < EventBroadcaster::kAttemptsMax; ++attempt) {
    ASSERT_TRUE(eventually([&] { return attempts == attempt; }));
    ASSERT_TRUE(clock_.await_waiters(1));
    clock_.advance(EventBroadcaster::kRetryDelay);
  }
  ASSERT_TRUE(eventually([&] { return dropped() == 1; }));
  EXPECT_EQ(attempts, EventBroadcaster::kAttemptsMax);
}

TEST_F(EventBroadcasterTest, RefusedWriteIsDroppedAtOnce) {
  std::atomic<int> attempts = 0;
  client_.intercept([&attempts](const FakeRequest&, std::stop_token) {
    ++attempts;
    throw kube::ApiError(403, "Forbidden", "the namespace is being terminated");
  });
  start();
  events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  ASSERT_TRUE(eventually([&] { return dropped() == 1; }));
  EXPECT_EQ(attempts, 1);
}

TEST_F(EventBroadcasterTest, RecordNeverBlocksAndTheQueueIsBounded) {
  for (std::size_t i = 0; i < EventBroadcaster::kQueueMax + 5; ++i) {
    events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  }
  EXPECT_EQ(dropped(), 5);
}

TEST_F(EventBroadcasterTest, RecordSurvivesAnObjectThatIsNone) {
  events_.record(Json("text"), kube::EventType::kNormal, "Applied", "applied");
  events_.record(Json(), kube::EventType::kNormal, "Applied", "applied");
  events_.flush(clock_.monotonic() + 3s);
}

TEST_F(EventBroadcasterTest, WriteThatTheStopInterruptsIsFinishedByFlush) {
  std::atomic<bool> hangs = true;
  std::atomic<bool> reached = false;
  client_.intercept([&](const FakeRequest&, std::stop_token stop) {
    reached = true;
    while (hangs && !stop.stop_requested()) std::this_thread::yield();
    if (hangs) throw base::TransportError(base::TransportError::Kind::kCancelled, "cancelled");
  });
  start();
  events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  ASSERT_TRUE(eventually([&] { return reached.load(); }));
  thread_ = {};
  ASSERT_TRUE(written().empty());
  hangs = false;
  events_.flush(clock_.monotonic() + 3s);
  ASSERT_EQ(written().size(), 1U);
  EXPECT_EQ(written().front()["count"], 1);
  EXPECT_EQ(dropped(), 0);
}

TEST_F(EventBroadcasterTest, RetryThatTheStopInterruptsIsMadeByFlush) {
  std::atomic<bool> down = true;
  client_.intercept([&down](const FakeRequest&, std::stop_token) {
    if (down) throw base::TransportError(base::TransportError::Kind::kConnect, "refused");
  });
  start();
  events_.record(widget(), kube::EventType::kNormal, "Applied", "applied");
  ASSERT_TRUE(eventually(
      [&] { return client_.count(Verb::kCreate) == 1 && clock_.waits(thread_.get_id()); }));
  thread_ = {};
  down = false;
  events_.flush(clock_.monotonic() + 3s);
  EXPECT_EQ(written().size(), 1U);
}

TEST_F(EventBroadcasterTest, FlushWritesWhatIsQueuedAndReturns) {
  events_.record(widget(), kube::EventType::kNormal, "Stopping", "one");
  events_.record(widget(), kube::EventType::kNormal, "Stopping", "two");
  events_.flush(clock_.monotonic() + 3s);
  EXPECT_EQ(written().size(), 2U);
  events_.flush(clock_.monotonic() + 3s);
}

}  // namespace
}  // namespace argus::runtime
