#include "event/tenant.h"

#include <gtest/gtest.h>

namespace argus::worker {
namespace {

TEST(Tenant, NamesTheDatasetAfterBoth) {
  EXPECT_EQ(dataset_name({"acme", "shop-1"}, DatasetType::kCodebase),
            "org_acme_project_shop-1_codebase");
  EXPECT_EQ(dataset_name({"a", "b"}, DatasetType::kTests), "org_a_project_b_tests");
  EXPECT_EQ(dataset_name({"a", "b"}, DatasetType::kFailures), "org_a_project_b_failures");
}

TEST(Tenant, AcceptsLettersDigitsAndHyphens) {
  for (const char* id : {"a", "0", "Acme-2", "a--b", "a-"}) EXPECT_TRUE(is_tenant_identifier(id));
  EXPECT_TRUE(is_tenant_identifier(std::string(63, 'x')));
}

TEST(Tenant, RefusesWhatWouldMakeDatasetNamesAmbiguous) {
  for (const char* id : {"", "-a", "a_b", "a b", "a/b", "\xc3\xa4", "a\n"}) {
    EXPECT_FALSE(is_tenant_identifier(id)) << id;
  }
  EXPECT_FALSE(is_tenant_identifier(std::string(64, 'x')));
}

}  // namespace
}  // namespace argus::worker
