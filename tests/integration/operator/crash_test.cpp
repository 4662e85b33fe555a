// The operator may die at any moment, and another may take its place.

#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "data_layer_test.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

class CrashTest : public DataLayerTest {
 protected:
  void use_new_namespace() {
    ns_ = new_namespace();
    audit_ = std::make_unique<AuditLog>(ns_);
  }

  std::map<Identity, Json> objects_of_an_uninterrupted_run() {
    const auto process = start_operator();
    EXPECT_TRUE(process->ready()) << process->log();
    apply(sample("argus-full"));
    EXPECT_TRUE(settles()) << process->log();
    return canonical_objects();
  }

  std::string holder() {
    const std::optional<Json> lease = find("Lease", "argus-operator");
    return lease ? lease->at("spec").value("holderIdentity", "") : "";
  }
  [[nodiscard]] bool leads(const std::string& identity) {
    return fakes::eventually([&] { return holder().rfind(identity + "_", 0) == 0; });
  }
  // A replica under that name; the times are of seconds.
  std::unique_ptr<OperatorProcess> replica(const std::string& identity, int lease, int renew) {
    return start_operator({"--identity", identity, "--lease-duration", std::to_string(lease),
                           "--renew-deadline", std::to_string(renew), "--retry-period", "1"});
  }
  // Somebody repairs what is deleted.
  [[nodiscard]] bool somebody_acts() {
    const std::string before = kube::uid_of(find("Service", "valkey").value_or(Json::object()));
    remove("Service", "valkey");
    return fakes::eventually([&] {
      const std::optional<Json> live = find("Service", "valkey");
      return live && kube::uid_of(*live) != before;
    });
  }
};

TEST_F(CrashTest, KilledWhileCreatingItEndsInTheSameState) {
  install_optional_kinds();
  const std::map<Identity, Json> wanted = objects_of_an_uninterrupted_run();
  ASSERT_GE(wanted.size(), 35U);
  for (const std::size_t writes : {1U, 3U, 4U, 7U, 15U, 23U, 34U}) {
    SCOPED_TRACE("killed after " + std::to_string(writes) + " writes");
    use_new_namespace();
    {
      const auto process = start_operator();
      ASSERT_TRUE(process->ready()) << process->log();
      apply(sample("argus-full"));
      ASSERT_TRUE(fakes::eventually([&] { return audit_->writes().size() >= writes; }));
      EXPECT_EQ(process->stop(SIGKILL), 128 + SIGKILL);
    }
    EXPECT_TRUE(status().empty()) << "it was killed in the middle";
    const std::map<std::string, std::string> made = passwords();
    const auto process = start_operator();
    ASSERT_TRUE(process->ready()) << process->log();
    ASSERT_TRUE(settles()) << process->log();
    EXPECT_EQ(canonical_objects(), wanted);
    for (const auto& [name, password] : made) EXPECT_EQ(passwords().at(name), password) << name;
    EXPECT_EQ(passwords().size(), 3U);
  }
}

TEST_F(CrashTest, WhenTheLeaderIsKilledTheOtherTakesOver) {
  auto one = replica("one", 4, 3);
  ASSERT_TRUE(one->ready()) << one->log();
  ASSERT_TRUE(leads("one"));
  const auto two = replica("two", 4, 3);
  ASSERT_TRUE(two->ready()) << "readiness does not depend on leadership: " << two->log();
  EXPECT_EQ(one->probe("/readyz"), 200);
  EXPECT_EQ(two->metric("leader_election_master_status{name=\"argus-operator\"}"), 0);
  apply(sample("argus"));
  ASSERT_TRUE(settles());
  EXPECT_EQ(two->reconciles(), 0) << "one leads";
  EXPECT_EQ(one->stop(SIGKILL), 128 + SIGKILL);
  ASSERT_TRUE(leads("two")) << two->log();
  EXPECT_TRUE(somebody_acts());
  EXPECT_EQ(find("Lease", "argus-operator")->at("spec").at("leaseTransitions"), 1);
}

TEST_F(CrashTest, ALeaderThatIsAskedToStopGivesTheLeaseBack) {
  auto one = replica("one", 60, 40);
  ASSERT_TRUE(one->ready()) << one->log();
  ASSERT_TRUE(leads("one"));
  const auto two = replica("two", 60, 40);
  ASSERT_TRUE(two->ready()) << two->log();
  EXPECT_EQ(one->stop(SIGTERM), 0) << one->log();
  const auto released = Steady::now();
  ASSERT_TRUE(leads("two")) << two->log();
  // Far below the minute that a lease lasts which nobody gives back.
  EXPECT_LT(Steady::now() - released, 20s);
  apply(sample("argus"));
  ASSERT_TRUE(settles());
  EXPECT_TRUE(somebody_acts());
}

}  // namespace
}  // namespace argus::adl
