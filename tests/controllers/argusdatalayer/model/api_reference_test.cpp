#include "api_reference.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "argusdatalayer/model/spec.h"
#include "controllers/argusdatalayer/samples.h"
#include "fakes/places.h"

namespace argus::adl {
namespace {

TEST(ApiReferenceTest, DocsApiIsWhatTheCrdSays) {
  const std::string wanted = api_reference(crd());
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(std::filesystem::path(fakes::source_path("docs/api.md"))) << wanted;
  }
  EXPECT_EQ(read_source("docs/api.md"), wanted)
      << "docs/api.md is out of date: run this test with UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace argus::adl
