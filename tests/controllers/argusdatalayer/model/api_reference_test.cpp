#include "api_reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "argusdatalayer/model/spec.h"
#include "controllers/argusdatalayer/samples.h"

namespace argus::adl {
namespace {

TEST(ApiReferenceTest, DocsApiIsWhatTheCrdSays) {
  const std::string wanted = api_reference(crd(), spec_schema());
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(std::filesystem::path(ARGUS_SOURCE_DIR) / "docs/api.md") << wanted;
  }
  EXPECT_EQ(read_source("docs/api.md"), wanted)
      << "docs/api.md is out of date: run this test with UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace argus::adl
