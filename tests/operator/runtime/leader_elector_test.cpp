#include "runtime/leader_elector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <initializer_list>

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

const kube::GroupVersionKind kLease{"coordination.k8s.io", "v1", "Lease"};
const kube::ObjectKey kKey{"argus-system", "argus-operator"};

// An elector on a thread of its own, as the manager runs it.
class Candidate {
  const FakeClock& clock_;

 public:
  Candidate(kube::Client& client, FakeClock& clock, const std::string& identity)
      : clock_(clock),
        elector(client, clock, metrics, {.ns = kKey.ns, .name = kKey.name, .identity = identity}) {}
  ~Candidate() { kill(); }

  void start() {
    thread_ = std::jthread([this](std::stop_token stop) {
      if (elector.acquire(stop)) lost = elector.hold(stop) == LeaderElector::Ended::kLost;
      ended = true;
    });
  }
  // Without giving the lease back.
  void kill() { thread_ = {}; }
  // Between two attempts, or at its end: no request of it is on its way.
  [[nodiscard]] bool rests() const { return ended || clock_.waits(thread_.get_id()); }

  base::Metrics metrics;
  LeaderElector elector;
  std::atomic<bool> lost = false;
  std::atomic<bool> ended = false;

 private:
  std::jthread thread_;
};

class LeaderElectorTest : public testing::Test {
 protected:
  FakeClient client_;
  FakeClock clock_;

  Json spec() const { return client_.peek(kLease, kKey).value_or(Json::object())["spec"]; }
  std::string holder() const { return spec().value("holderIdentity", ""); }
  // Lets time pass until `condition` holds, but no longer than `most`: in steps, each once all of
  // `candidates` rest.
  bool passes_until(const std::function<bool()>& condition, std::chrono::seconds most,
                    std::initializer_list<const Candidate*> candidates) {
    for (auto passed = 0ms; passed <= most; passed += 250ms) {
      EXPECT_TRUE(rest(candidates));
      if (condition()) return true;
      clock_.advance(250ms);
    }
    EXPECT_TRUE(rest(candidates));
    return condition();
  }
  // The clock may be moved on: nobody is caught in the middle of an attempt.
  bool rest(std::initializer_list<const Candidate*> candidates) {
    return eventually([&] {
      return std::all_of(candidates.begin(), candidates.end(),
                         [](const Candidate* candidate) { return candidate->rests(); });
    });
  }
};

TEST_F(LeaderElectorTest, FirstCandidateCreatesTheLease) {
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  EXPECT_EQ(holder(), "one");
  EXPECT_EQ(spec().value("leaseDurationSeconds", 0), 15);
  EXPECT_EQ(spec().value("leaseTransitions", -1), 0);
  EXPECT_EQ(spec().value("acquireTime", ""), base::to_rfc3339_micro(clock_.wall()));
  EXPECT_EQ(one.elector.leader(), "one");
  EXPECT_THAT(one.metrics.exposition(),
              testing::HasSubstr(R"(leader_election_master_status{name="argus-operator"} 1)"));
}

TEST_F(LeaderElectorTest, RenewsEveryTwoSecondsWithOneRequest) {
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  client_.forget_requests();
  const auto renewed = [this](std::size_t times) {
    return [this, times] { return client_.count(Verb::kUpdate) >= times; };
  };
  for (std::size_t renewal = 1; renewal <= 5; ++renewal) {
    EXPECT_FALSE(passes_until(renewed(renewal), 1s, {&one})) << "sooner than 2 s";
    ASSERT_TRUE(passes_until(renewed(renewal), 1s, {&one}));
  }
  EXPECT_EQ(client_.requests().size(), 5U) << "no GET while nobody else writes";
  EXPECT_EQ(spec().value("renewTime", ""), base::to_rfc3339_micro(clock_.wall()));
}

TEST_F(LeaderElectorTest, SecondCandidateWaitsWhileTheFirstRenews) {
  Candidate one(client_, clock_, "one");
  Candidate two(client_, clock_, "two");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  two.start();
  EXPECT_FALSE(passes_until([&] { return two.elector.is_leader(); }, 60s, {&one, &two}));
  EXPECT_EQ(two.elector.leader(), "one");
  EXPECT_TRUE(one.elector.is_leader());
}

TEST_F(LeaderElectorTest, SecondCandidateTakesOverWhenTheFirstIsKilled) {
  Candidate one(client_, clock_, "one");
  Candidate two(client_, clock_, "two");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  two.start();
  ASSERT_TRUE(eventually([&] { return two.elector.leader() == "one"; }));
  one.kill();
  ASSERT_TRUE(rest({&two}));
  clock_.advance(14s);
  ASSERT_TRUE(rest({&two}));
  EXPECT_FALSE(two.elector.is_leader()) << "the lease lasts 15 s";
  EXPECT_TRUE(passes_until([&] { return two.elector.is_leader(); }, 30s, {&two}));
  EXPECT_EQ(holder(), "two");
  EXPECT_EQ(spec().value("leaseTransitions", -1), 1);
}

// The holder's clock does not matter: what counts is how long we have seen no change.
TEST_F(LeaderElectorTest, LeaseWithATimeFromAnotherClockIsObservedFirst) {
  Json lease = Json::object();
  lease["apiVersion"] = "coordination.k8s.io/v1";
  lease["kind"] = "Lease";
  lease["metadata"] = {{"namespace", kKey.ns}, {"name", kKey.name}};
  lease["spec"] = {{"holderIdentity", "ghost"},
                   {"leaseDurationSeconds", 15},
                   {"acquireTime", "1999-01-01T00:00:00.000000Z"},
                   {"renewTime", "1999-01-01T00:00:00.000000Z"},
                   {"leaseTransitions", 7}};
  client_.put(lease);
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.leader() == "ghost"; }));
  ASSERT_TRUE(rest({&one}));
  clock_.advance(14s);
  ASSERT_TRUE(rest({&one}));
  EXPECT_FALSE(one.elector.is_leader());
  EXPECT_TRUE(passes_until([&] { return one.elector.is_leader(); }, 30s, {&one}));
  EXPECT_EQ(spec().value("leaseTransitions", -1), 8);
}

TEST_F(LeaderElectorTest, ReleasedLeaseIsTakenAtTheNextAttempt) {
  Candidate one(client_, clock_, "one");
  Candidate two(client_, clock_, "two");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  two.start();
  ASSERT_TRUE(eventually([&] { return two.elector.leader() == "one"; }));
  one.kill();
  one.elector.release();
  EXPECT_EQ(holder(), "");
  EXPECT_FALSE(one.elector.is_leader());
  ASSERT_TRUE(rest({&two}));
  clock_.advance(5s);  // 2 s and a jitter of up to 1.2 times that
  EXPECT_TRUE(eventually([&] { return two.elector.is_leader(); }));
}

TEST_F(LeaderElectorTest, ReleaseLeavesALeaseThatAnotherHolds) {
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  one.kill();
  Json lease = *client_.peek(kLease, kKey);
  lease["spec"]["holderIdentity"] = "two";
  client_.put(lease);
  one.elector.release();
  EXPECT_EQ(holder(), "two");
}

TEST_F(LeaderElectorTest, LeaderThatCannotRenewForTenSecondsHasLost) {
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  client_.intercept([](const FakeRequest&, std::stop_token) {
    throw base::TransportError(base::TransportError::Kind::kConnect, "connection refused");
  });
  ASSERT_TRUE(rest({&one}));
  clock_.advance(9s);
  ASSERT_TRUE(rest({&one}));
  EXPECT_TRUE(one.elector.is_leader()) << "others wait for 15 s";
  EXPECT_TRUE(passes_until([&] { return one.lost.load(); }, 10s, {&one}));
  EXPECT_FALSE(one.elector.is_leader());
  EXPECT_THAT(one.metrics.exposition(),
              testing::HasSubstr(R"(leader_election_master_status{name="argus-operator"} 0)"));
}

TEST_F(LeaderElectorTest, RequestThatHangsIsGivenUpAtTheRenewDeadline) {
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  client_.intercept([](const FakeRequest&, std::stop_token stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
    throw base::TransportError(base::TransportError::Kind::kCancelled, "cancelled");
  });
  // Nobody sleeps while the request hangs: time passes all the same.
  EXPECT_TRUE(eventually([&] {
    clock_.advance(250ms);
    return one.lost.load();
  }));
}

TEST_F(LeaderElectorTest, LeaderThatSeesAnotherHolderHasLostAtOnce) {
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  Json lease = *client_.peek(kLease, kKey);
  lease["spec"]["holderIdentity"] = "usurper";
  client_.put(lease);
  ASSERT_TRUE(rest({&one}));
  clock_.advance(2s);
  EXPECT_TRUE(eventually([&] { return one.lost.load(); }));
  EXPECT_EQ(holder(), "usurper");
}

TEST_F(LeaderElectorTest, OutageShorterThanTheDeadlineIsSurvived) {
  Candidate one(client_, clock_, "one");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  client_.intercept([](const FakeRequest&, std::stop_token) {
    throw base::TransportError(base::TransportError::Kind::kConnect, "connection refused");
  });
  ASSERT_TRUE(rest({&one}));
  clock_.advance(6s);
  ASSERT_TRUE(rest({&one}));
  client_.intercept({});
  const std::string before = spec().value("renewTime", "");
  EXPECT_TRUE(passes_until([&] { return spec().value("renewTime", "") != before; }, 4s, {&one}));
  EXPECT_FALSE(passes_until([&] { return one.lost.load(); }, 20s, {&one}));
}

TEST_F(LeaderElectorTest, OfTwoThatClaimAtOnceOneLeads) {
  Candidate one(client_, clock_, "one");
  Candidate two(client_, clock_, "two");
  one.start();
  two.start();
  ASSERT_TRUE(passes_until([&] { return one.elector.is_leader() || two.elector.is_leader(); }, 10s,
                           {&one, &two}));
  EXPECT_FALSE(passes_until([&] { return one.elector.is_leader() && two.elector.is_leader(); }, 30s,
                            {&one, &two}));
}

TEST_F(LeaderElectorTest, StopEndsTheWait) {
  Candidate one(client_, clock_, "one");
  Candidate two(client_, clock_, "two");
  one.start();
  ASSERT_TRUE(eventually([&] { return one.elector.is_leader(); }));
  two.start();
  two.kill();
  EXPECT_TRUE(two.ended);
  EXPECT_FALSE(two.elector.is_leader());
}

TEST_F(LeaderElectorTest, TimesThatMakeNoSenseAreRefused) {
  base::Metrics metrics;
  LeaderElectionOptions options{.ns = "ns", .name = "name", .identity = "me"};
  options.renew_deadline = 20s;
  EXPECT_THROW(LeaderElector(client_, clock_, metrics, options), std::invalid_argument);
  options.renew_deadline = 2s;
  EXPECT_THROW(LeaderElector(client_, clock_, metrics, options), std::invalid_argument);
  options = {.ns = "ns", .name = "name", .identity = ""};
  EXPECT_THROW(LeaderElector(client_, clock_, metrics, options), std::invalid_argument);
}

}  // namespace
}  // namespace argus::runtime
