// Golden files: the script for a few small clusters. UPDATE_GOLDEN=1 writes them anew; where CI is
// set that is refused, so that a change of them is always looked at.
#include "node_policies/nft_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/yaml_reader.h"
#include "fakes/places.h"
#include "node_policies/cluster_view.h"
#include "random_cluster.h"

namespace argus::node {
namespace {

using kube::Json;
using kube::SharedObject;

const std::filesystem::path kGolden = fakes::source_path("tests/golden/node_agent");

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string script_for(const ClusterObjects& objects) {
  return nft_script(permissions_in(view_of(objects)), *parse_block("10.244.0.0/24"));
}

std::string script_of_file(const std::filesystem::path& path) {
  std::map<std::string, std::vector<SharedObject>> objects;
  for (Json& json : base::parse_yaml(read_text(path))) {
    std::vector<SharedObject>& of_its_kind = objects[json.at("kind")];
    of_its_kind.push_back(std::make_shared<const Json>(std::move(json)));
  }
  return script_for({objects["NetworkPolicy"], objects["Pod"], objects["Namespace"], {}});
}

class NftScriptTest : public testing::TestWithParam<const char*> {};

TEST_P(NftScriptTest, IsAsTheGoldenFileSays) {
  const std::filesystem::path expected = kGolden / GetParam() / "expected.nft";
  const std::string script = script_of_file(kGolden / GetParam() / "cluster.yaml");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "golden files are not updated in CI";
    std::ofstream(expected, std::ios::binary) << script;
  }
  EXPECT_EQ(script, read_text(expected))
      << "If the change is meant, run with UPDATE_GOLDEN=1 and look at the difference.";
}

INSTANTIATE_TEST_SUITE_P(Golden, NftScriptTest,
                         testing::Values("no_policies", "default_deny", "selectors_and_blocks",
                                         "named_ports", "newcomer"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(NftScriptTextTest, TheOrderOfPodsDoesNotMatter) {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    ClusterObjects cluster = random_cluster(random);
    const std::string script = script_for(cluster);
    std::shuffle(cluster.pods.begin(), cluster.pods.end(), random);
    EXPECT_EQ(script_for(cluster), script);
  }
}

TEST(NftScriptTextTest, ALongNameIsCutAndCannotBreakOut) {
  Permissions permissions;
  permissions.ingress.grants.push_back({{"ns", "\"} evil {" + std::string(300, 'x')}, {}});
  const std::string script = nft_script(permissions, {1, 2});
  EXPECT_THAT(script, testing::HasSubstr("comment \"ns/?} evil {xxx"));
  EXPECT_THAT(script, testing::Not(testing::HasSubstr(std::string(128, 'x'))));
}

}  // namespace
}  // namespace argus::node
