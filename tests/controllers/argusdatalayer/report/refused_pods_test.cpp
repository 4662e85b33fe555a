#include <gtest/gtest.h>

#include "argusdatalayer/report/claims.h"
#include "argusdatalayer/report/refused_pods.h"

namespace argus::adl {
namespace {

Json event(const char* reason, const char* message, const char* last) {
  return {{"reason", reason}, {"message", message}, {"lastTimestamp", last}};
}
const Json kRefused = event("FailedCreate",
                            "create Pod x-0 in StatefulSet x failed error: pods \"x-0\" is "
                            "forbidden: exceeded quota: tiny",
                            "2026-11-26T10:00:00Z");

TEST(RefusedPodsTest, TheNewestEventDecides) {
  EXPECT_EQ(refusal_of_pods({kRefused}), "pods \"x-0\" is forbidden: exceeded quota: tiny");
  EXPECT_EQ(refusal_of_pods({kRefused, event("SuccessfulCreate", "", "2026-11-26T09:00:00Z")}),
            "pods \"x-0\" is forbidden: exceeded quota: tiny");
  EXPECT_EQ(refusal_of_pods({event("SuccessfulCreate", "", "2026-11-26T11:00:00Z"), kRefused}),
            std::nullopt);
  EXPECT_EQ(refusal_of_pods({}), std::nullopt);
}

TEST(RefusedPodsTest, ASeriesIsAsOldAsItsLastEvent) {
  Json series = event("SuccessfulCreate", "", "");
  series["series"]["lastObservedTime"] = "2026-11-26T11:00:00.000000Z";
  EXPECT_EQ(refusal_of_pods({kRefused, series}), std::nullopt);
}

TEST(RefusedPodsTest, OnlyASetThatLacksPodsIsLookedInto) {
  const auto lacks = [](const char* status) {
    return lacks_pods({{"metadata", {{"generation", 2}}},
                       {"spec", {{"replicas", 1}}},
                       {"status", Json::parse(status)}});
  };
  EXPECT_TRUE(lacks(R"({"observedGeneration": 2, "replicas": 0})"));
  EXPECT_FALSE(lacks(R"({"observedGeneration": 2, "replicas": 1})"));
  EXPECT_FALSE(lacks(R"({"observedGeneration": 1, "replicas": 0})"));
}

kube::SharedObject claim(const std::string& name, const char* phase,
                         const std::string& storage_class = "local") {
  Json object = Json::object();
  object["metadata"]["name"] = name;
  object["spec"]["storageClassName"] = storage_class;
  object["status"]["phase"] = phase;
  return std::make_shared<const Json>(std::move(object));
}

TEST(ClaimsTest, NamesWhatNoPodUses) {
  const std::vector<kube::SharedObject> claims = {
      claim("data-redpanda-0", "Bound"), claim("data-redpanda-10", "Bound"),
      claim("data-redpanda-2", "Bound"), claim("data-redpanda-x", "Bound"),
      claim("data-valkey-1", "Bound")};
  EXPECT_EQ(leftover_claims("redpanda", 1, claims),
            (std::vector<std::string>{"data-redpanda-2", "data-redpanda-10"}));
}

TEST(ClaimsTest, NamesAClassThatDoesNotExist) {
  const StorageClasses classes = {{"fsat", {.exists = false, .expands = false}}};
  EXPECT_EQ(unbound_claims("valkey", {claim("data-valkey-0", "Pending", "fsat")}, classes),
            "claim data-valkey-0 is not bound: storage class fsat does not exist");
  EXPECT_EQ(unbound_claims("valkey", {claim("data-valkey-0", "Bound", "fsat")}, classes), "");
}

}  // namespace
}  // namespace argus::adl
