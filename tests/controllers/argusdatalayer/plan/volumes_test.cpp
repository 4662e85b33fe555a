#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/plan/immutable_fields.h"
#include "argusdatalayer/plan/volumes.h"

namespace argus::adl {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json set(const std::string& size, const std::string& storage_class = "") {
  Json object = Json::parse(R"({"kind": "StatefulSet", "metadata": {"name": "valkey"},
      "spec": {"replicas": 1, "serviceName": "valkey-headless",
               "volumeClaimTemplates": [{"metadata": {"name": "data", "labels": {"a": "b"}}}]}})");
  Json& spec = object["spec"]["volumeClaimTemplates"][0]["spec"];
  spec["resources"]["requests"]["storage"] = size;
  if (!storage_class.empty()) spec["storageClassName"] = storage_class;
  return object;
}

Json claim(const std::string& size, const char* phase, const std::string& storage_class) {
  Json object = Json::object();
  object["kind"] = "PersistentVolumeClaim";
  object["metadata"]["name"] = "data-valkey-0";
  object["spec"]["resources"]["requests"]["storage"] = size;
  object["spec"]["storageClassName"] = storage_class;
  object["status"]["phase"] = phase;
  if (std::string_view(phase) == "Bound") object["status"]["capacity"]["storage"] = size;
  return object;
}

VolumePlan plan(const Json& wanted, const Json& live, const Json& has,
                const StorageClasses& classes) {
  return plan_volumes(wanted, std::make_shared<const Json>(live),
                      {std::make_shared<const Json>(has)}, classes);
}

std::string size_in(const Json& stateful_set) {
  return claimed_size(stateful_set.at("spec").at("volumeClaimTemplates").at(0));
}

const StorageClasses kClasses = {{"grows", {.exists = true, .expands = true}},
                                 {"fixed", {.exists = true, .expands = false}},
                                 {"typo", {.exists = false, .expands = false}}};

TEST(VolumesTest, WhatIsAsAskedForIsLeftAlone) {
  const VolumePlan same = plan(set("40Gi"), set("40Gi"), claim("40960Mi", "Bound", "grows"), {});
  EXPECT_THAT(same.resize, IsEmpty());
  EXPECT_THAT(same.discard, IsEmpty());
  EXPECT_THAT(same.problems, IsEmpty());
  EXPECT_EQ(same.manifest, set("40Gi"));
}

TEST(VolumesTest, AClaimGrowsAndItsSetIsMadeAnew) {
  const VolumePlan grown =
      plan(set("41Gi"), set("40Gi"), claim("40Gi", "Bound", "grows"), kClasses);
  ASSERT_EQ(grown.resize.size(), 1U);
  EXPECT_EQ(grown.resize[0].size, "41Gi");
  EXPECT_THAT(immutable_differences(grown.manifest, set("40Gi")),
              ElementsAre("spec.volumeClaimTemplates"));
}

TEST(VolumesTest, AClassThatDoesNotExpandIsNamedAndTheRestArrives) {
  const VolumePlan refused =
      plan(set("41Gi"), set("40Gi"), claim("40Gi", "Bound", "fixed"), kClasses);
  EXPECT_THAT(refused.resize, IsEmpty());
  EXPECT_THAT(refused.problems, ElementsAre(AllOf(HasSubstr("storage class fixed does not let"),
                                                  HasSubstr("write 40Gi"))));
  EXPECT_EQ(size_in(refused.manifest), "40Gi");
  EXPECT_THAT(immutable_differences(refused.manifest, set("40Gi")), IsEmpty());
}

TEST(VolumesTest, NoClaimShrinks) {
  const VolumePlan smaller =
      plan(set("30Gi"), set("40Gi"), claim("40Gi", "Bound", "grows"), kClasses);
  EXPECT_THAT(smaller.problems, ElementsAre(HasSubstr("data-valkey-0 has 40Gi, and no claim can "
                                                      "shrink: write 40Gi or more")));
  EXPECT_EQ(size_in(smaller.manifest), "40Gi");
}

TEST(VolumesTest, AGrowthThatNeverCameIsTakenBack) {
  Json growing = claim("41Gi", "Bound", "grows");
  growing["status"]["capacity"]["storage"] = "40Gi";
  const VolumePlan back = plan(set("40Gi"), set("41Gi"), growing, kClasses);
  ASSERT_EQ(back.resize.size(), 1U);
  EXPECT_EQ(back.resize[0].size, "40Gi");
  EXPECT_THAT(back.problems, IsEmpty());
}

TEST(VolumesTest, AClassOrSizeThatNoClaimHasTakenIsTakenBack) {
  for (const Json& wanted : {set("40Gi", "grows"), set("40Gi")}) {
    const VolumePlan corrected =
        plan(wanted, set("40Gi", "typo"), claim("40Gi", "Pending", "typo"), kClasses);
    EXPECT_EQ(corrected.discard.size(), 1U);
    EXPECT_THAT(corrected.problems, IsEmpty());
    EXPECT_THAT(immutable_differences(corrected.manifest, set("40Gi", "typo")),
                ElementsAre("spec.volumeClaimTemplates"));
  }
  EXPECT_EQ(
      plan(set("1Gi", "fixed"), set("2Gi", "fixed"), claim("2Gi", "Pending", "fixed"), kClasses)
          .discard.size(),
      1U);
}

TEST(VolumesTest, ABoundClaimIsNeverDiscarded) {
  const VolumePlan kept =
      plan(set("40Gi", "fixed"), set("40Gi", "grows"), claim("40Gi", "Bound", "grows"), kClasses);
  EXPECT_THAT(kept.discard, IsEmpty());
  EXPECT_THAT(kept.problems, ElementsAre(HasSubstr("write storageClassName: grows")));
  EXPECT_THAT(immutable_differences(kept.manifest, set("40Gi", "grows")), IsEmpty());
}

TEST(ImmutableFieldsTest, ALabelThatIsGoneIsADifference) {
  Json live = set("40Gi");
  live["spec"]["volumeClaimTemplates"][0]["metadata"]["labels"]["app.kubernetes.io/instance"] = "x";
  EXPECT_THAT(immutable_differences(set("40Gi"), live), ElementsAre("spec.volumeClaimTemplates"));
  EXPECT_THAT(immutable_differences(set("40960Mi"), set("40Gi")), IsEmpty());
}

}  // namespace
}  // namespace argus::adl
