// What the spec no longer asks for goes; what cannot be made again stays.

#include <gmock/gmock.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/labels.h"
#include "canonical.h"
#include "data_layer_test.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

using testing::HasSubstr;

class PruneTest : public DataLayerTest {
 protected:
  void run(const Json& layer) {
    operator_ = start_operator();
    ASSERT_TRUE(operator_->ready()) << operator_->log();
    apply(layer);
    ASSERT_TRUE(settles()) << operator_->log();
  }

  void change_spec(const char* json) {
    Json change = Json::object();
    change["spec"] = Json::parse(json);
    patch("ArgusDataLayer", "argus", change);
    ASSERT_TRUE(settles()) << operator_->log();
  }

  // The objects that a change of the spec took away: all but generated credentials.
  std::set<Identity> pruned_by(const char* json) {
    const std::set<Identity> before = inventory();
    change_spec(json);
    const std::set<Identity> after = inventory();
    std::set<Identity> gone;
    for (const Identity& identity : before) {
      if (after.contains(identity)) continue;
      const bool credential = Json(passwords()).contains(identity.second);
      EXPECT_EQ(find(identity.first, identity.second).has_value(), credential)
          << identity.first << " " << identity.second;
      if (!credential) gone.insert(identity);
    }
    return gone;
  }

  std::string hashes_of(const std::string& workload_kind, const std::string& name) {
    return find(workload_kind, name)
        ->at(Json::json_pointer("/spec/template/metadata/annotations"))
        .value(std::string(kSecretHashesAnnotation), "");
  }

  std::unique_ptr<OperatorProcess> operator_;
};

TEST_F(PruneTest, WhatIsSwitchedOffGoes) {
  install_optional_kinds();
  run(sample("argus-full"));
  const std::map<std::string, std::string> made = passwords();
  EXPECT_EQ(pruned_by(R"({"flink": {"enabled": false}})"),
            (std::set<Identity>{{"FlinkDeployment", "argus-flink"},
                                {"NetworkPolicy", "argus-flink-policy"},
                                {"Role", "flink"},
                                {"RoleBinding", "flink"},
                                {"Service", "flink-metrics"},
                                {"Service", "flink-webui"},
                                {"ServiceAccount", "flink"}}));
  EXPECT_EQ(pruned_by(R"({"worker": {"autoscaling": {"enabled": false}}})"),
            (std::set<Identity>{{"ScaledObject", "cognee-worker-scaledobject"},
                                {"Secret", "keda-kafka-secrets"},
                                {"TriggerAuthentication", "keda-kafka-auth"}}));
  EXPECT_EQ(pruned_by(R"({"guardrails": {"enabled": false}})"),
            (std::set<Identity>{{"LimitRange", "argus-data-limits"},
                                {"ResourceQuota", "argus-data-quota"}}));
  EXPECT_EQ(pruned_by(R"({"networkPolicy": {"enabled": false}})"),
            (std::set<Identity>{{"NetworkPolicy", "argusctl-policy"},
                                {"NetworkPolicy", "cognee-worker-policy"},
                                {"NetworkPolicy", "default-deny-egress"},
                                {"NetworkPolicy", "default-deny-ingress"},
                                {"NetworkPolicy", "falkordb-exporter-policy"},
                                {"NetworkPolicy", "falkordb-policy"},
                                {"NetworkPolicy", "redpanda-policy"},
                                {"NetworkPolicy", "redpanda-setup-policy"},
                                {"NetworkPolicy", "valkey-exporter-policy"},
                                {"NetworkPolicy", "valkey-policy"}}));
  EXPECT_EQ(pruned_by(R"({"valkey": {"mode": "Disabled"}})"),
            (std::set<Identity>{{"ConfigMap", "valkey-config"},
                                {"Deployment", "valkey-exporter"},
                                {"Service", "valkey"},
                                {"Service", "valkey-exporter"},
                                {"Service", "valkey-headless"},
                                {"StatefulSet", "valkey"}}));
  EXPECT_EQ(pruned_by(R"({"falkordb": {"mode": "Disabled"}})").size(), 6U);
  EXPECT_EQ(passwords(), made) << "they fit volumes that are still there";
  for (const char* claim : {"data-valkey-0", "data-falkordb-0", "data-redpanda-0"}) {
    EXPECT_TRUE(find("PersistentVolumeClaim", claim)) << claim;
  }
}

TEST_F(PruneTest, ASecondResourceInTheNamespaceTouchesNothing) {
  run(sample("argus"));
  const std::map<Identity, Json> before = canonical_objects();
  audit_->forget();
  apply(resource(Json::object(), "second"));
  ASSERT_TRUE(settles("second"));
  EXPECT_EQ(condition("Ready", "second").at("status"), "False");
  EXPECT_EQ(reason("Ready", "second"), "NamespaceOccupied");
  EXPECT_THAT(condition("Ready", "second").at("message").get<std::string>(),
              HasSubstr("belongs to ArgusDataLayer argus"));
  EXPECT_EQ(canonical_objects(), before);
  for (const AuditedWrite& write : audit_->writes()) {
    EXPECT_TRUE(write.name == "second" || write.resource == "events") << write.to_string();
  }
  // Once the first is gone, its turn comes, with the passwords that fit the volumes.
  const std::map<std::string, std::string> made = passwords();
  remove("ArgusDataLayer", "argus");
  const std::string uid = kube::uid_of(*find("ArgusDataLayer", "second"));
  EXPECT_TRUE(fakes::eventually([&] {
    const std::optional<Json> set = find("StatefulSet", "redpanda");
    return set && kube::controller_of(*set) && kube::controller_of(*set)->uid == uid;
  })) << operator_->log();
  EXPECT_EQ(passwords(), made);
}

TEST_F(PruneTest, WhilePausedNothingIsRepairedAndAfterwardsAllOfIt) {
  run(sample("argus"));
  change_spec(R"({"paused": true})");
  EXPECT_EQ(reason("Progressing"), "Paused");
  const double reconciles = operator_->reconciles();
  remove("Service", "valkey");
  ASSERT_TRUE(fakes::eventually([&] { return operator_->reconciles() > reconciles; }));
  ASSERT_TRUE(audit_->falls_silent(kSilence));
  EXPECT_FALSE(find("Service", "valkey"));
  change_spec(R"({"paused": false})");
  EXPECT_TRUE(find("Service", "valkey"));
}

TEST_F(PruneTest, DeletingTheResourceKeepsVolumesAndPasswordsAndANewOneAdoptsThem) {
  run(sample("argus"));
  const std::map<std::string, std::string> made = passwords();
  const std::set<Identity> objects = inventory();
  ASSERT_EQ(made.size(), 3U);
  remove("ArgusDataLayer", "argus");
  for (const Identity& identity : objects) {
    if (made.contains(identity.second)) continue;
    EXPECT_TRUE(fakes::eventually([&] { return !find(identity.first, identity.second); }))
        << identity.first << " " << identity.second;
  }
  EXPECT_EQ(passwords(), made);
  EXPECT_TRUE(find("PersistentVolumeClaim", "data-falkordb-0"));
  audit_->forget();
  apply(sample("argus"));
  ASSERT_TRUE(settles()) << operator_->log();
  EXPECT_EQ(inventory(), objects);
  EXPECT_EQ(passwords(), made);
  EXPECT_EQ(condition("Degraded").at("status"), "False");
}

TEST_F(PruneTest, ALostPasswordIsNotMadeAnewWhereItWouldNotFit) {
  run(sample("argus"));
  const Json secret = *find("Secret", "redpanda-superusers");
  remove("Secret", "redpanda-superusers");
  ASSERT_TRUE(fakes::eventually([&] { return reason("Degraded") == "CredentialLost"; }));
  EXPECT_THAT(condition("Degraded").at("message").get<std::string>(),
              HasSubstr("Secret redpanda-superusers is gone, but the data that its password opens "
                        "is still there: restore it"));
  ASSERT_TRUE(audit_->falls_silent(kSilence));
  EXPECT_FALSE(find("Secret", "redpanda-superusers"));
  EXPECT_TRUE(find("StatefulSet", "redpanda"));
  Json restored = Json::object();
  for (const char* field : {"apiVersion", "kind", "data"}) restored[field] = secret.at(field);
  restored["metadata"] = {{"name", "redpanda-superusers"}, {"namespace", ns_}};
  apply(restored);
  EXPECT_TRUE(fakes::eventually([&] { return condition("Degraded").at("status") == "False"; }));
}

TEST_F(PruneTest, ALostPasswordOfAStoreIsMadeAnewAndRollsWhatReadsIt) {
  run(sample("argus"));
  const std::string made = passwords().at("valkey-auth");
  const std::string falkordb = hashes_of("StatefulSet", "falkordb");
  const std::pair<const char*, const char*> readers[] = {{"StatefulSet", "valkey"},
                                                         {"Deployment", "valkey-exporter"},
                                                         {"Deployment", "cognee-worker"}};
  std::map<std::string, std::string> before;
  for (const auto& [kind, name] : readers) before[name] = hashes_of(kind, name);
  remove("Secret", "valkey-auth");
  ASSERT_TRUE(fakes::eventually([&] {
    const auto now = passwords();
    return now.contains("valkey-auth") && now.at("valkey-auth") != made;
  })) << operator_->log();
  for (const auto& [kind, name] : readers) {
    EXPECT_TRUE(fakes::eventually([&] { return hashes_of(kind, name) != before.at(name); }))
        << name;
  }
  ASSERT_TRUE(settles()) << operator_->log();
  EXPECT_EQ(reason("SecretsReady"), "Present");
  EXPECT_EQ(hashes_of("StatefulSet", "falkordb"), falkordb);
}

TEST_F(PruneTest, APasswordWithALineBreakIsSaidAndNobodyIsRolledOntoIt) {
  run(sample("argus"));
  const std::string store = hashes_of("StatefulSet", "valkey");
  const std::string worker = hashes_of("Deployment", "cognee-worker");
  put_secret("valkey-auth", {{"password", "from-a-file\n"}});
  ASSERT_TRUE(fakes::eventually([&] { return reason("SecretsReady") == "SecretMalformed"; }));
  EXPECT_EQ(condition("SecretsReady").at("message"),
            "password in Secret valkey-auth ends with a line break: write it without (printf, not "
            "echo)");
  change_spec(R"({"valkey": {"image": "valkey/valkey:8.1.3-alpine"}})");
  EXPECT_EQ(hashes_of("StatefulSet", "valkey"), store);
  EXPECT_EQ(hashes_of("Deployment", "cognee-worker"), worker);
  EXPECT_THAT(condition("ValkeyReady").at("message").get<std::string>(),
              HasSubstr("StatefulSet valkey waits until Secret valkey-auth is corrected"));
  put_secret("valkey-auth", {{"password", "from-a-file"}});
  EXPECT_TRUE(fakes::eventually([&] {
    return reason("SecretsReady") == "Present" && hashes_of("StatefulSet", "valkey") != store &&
           hashes_of("Deployment", "cognee-worker") != worker;
  })) << operator_->log();
}

TEST_F(PruneTest, AResourceThatIsMadeAnewRestartsNothing) {
  run(sample("argus"));
  const auto templates = [&] {
    std::map<std::string, std::string> result;
    for (const Identity& identity : inventory()) {
      if (identity.first != "StatefulSet" && identity.first != "Deployment") continue;
      result[identity.second] =
          find(identity.first, identity.second)->at(Json::json_pointer("/spec/template")).dump();
    }
    return result;
  };
  const auto before = templates();
  const std::string uid = kube::uid_of(*find("ArgusDataLayer", "argus"));
  static_cast<void>(
      kubectl_.output({"delete", "argusdatalayer", "argus", "-n", ns_, "--cascade=orphan"}));
  ASSERT_FALSE(find("ArgusDataLayer", "argus"));
  apply(sample("argus"));
  ASSERT_TRUE(settles()) << operator_->log();
  ASSERT_NE(kube::uid_of(*find("ArgusDataLayer", "argus")), uid);
  EXPECT_EQ(templates(), before);
}

TEST_F(PruneTest, AChangedSecretRollsWhatReadsIt) {
  put_secret("argus-data-secrets", {{"anthropic-api-key", "one"}, {"other", "1"}});
  Json spec = Json::object();
  spec["worker"]["llm"]["apiKeySecret"]["name"] = "argus-data-secrets";
  run(resource(spec));
  const std::string worker = hashes_of("Deployment", "cognee-worker");
  const std::string redpanda = hashes_of("StatefulSet", "redpanda");
  EXPECT_THAT(worker, HasSubstr("argus-data-secrets="));
  audit_->forget();
  put_secret("argus-data-secrets", {{"anthropic-api-key", "one"}, {"other", "2"}});
  ASSERT_TRUE(audit_->falls_silent(kSilence));
  EXPECT_EQ(to_string(audit_->writes()), "") << "nobody reads that key";
  put_secret("argus-data-secrets", {{"anthropic-api-key", "two"}, {"other", "2"}});
  EXPECT_TRUE(
      fakes::eventually([&] { return hashes_of("Deployment", "cognee-worker") != worker; }));
  EXPECT_EQ(hashes_of("StatefulSet", "redpanda"), redpanda);
}

}  // namespace
}  // namespace argus::adl
