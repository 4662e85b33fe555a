// Runs Redpanda's start.sh with a shell, as the pod does, on files of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "argusdatalayer/render/redpanda/redpanda_config.h"
#include "base/yaml_reader.h"
#include "controllers/argusdatalayer/render_case.h"
#include "fakes/temporary_directory.h"

namespace argus::adl {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

class StartScriptTest : public testing::Test {
 protected:
  fakes::TemporaryDirectory pod_;

  // redpanda.yaml as the broker finds it in a pod with these addresses.
  [[nodiscard]] Json configuration(const std::string& addresses) const {
    auto files = redpanda_files(parse_spec(Json::object()), test_facts());
    for (auto& [name, text] : files) {
      if (name == "start.sh") {
        for (const char* folder : {"/etc/argus", "/etc/redpanda", "/run/secrets/argus"}) {
          text = replaced(text, folder, pod_.path() + folder);
        }
      }
      pod_.write("etc/argus/" + name, text);
    }
    pod_.write("run/secrets/argus/users.txt", "admin:one:SCRAM-SHA-512\n");
    pod_.write_program("bin/rpk", "printf %s \"$RP_BOOTSTRAP_USER\" > " + pod_.path() + "/user\n");
    std::filesystem::create_directories(pod_.path() + "/etc/redpanda");
    const std::string command = "POD_IPS='" + addresses + "' PATH=" + pod_.path() +
                                "/bin:$PATH sh " + pod_.path() + "/etc/argus/start.sh --smp=1";
    EXPECT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(read_text(pod_.path() + "/user"), "admin:one:SCRAM-SHA-512");
    return base::parse_yaml(read_text(pod_.path() + "/etc/redpanda/redpanda.yaml")).at(0);
  }

  static std::set<std::string> listens_on(const Json& file) {
    const Json& node = file.at("redpanda");
    return {node.at("rpc_server").at("address"), node.at("kafka_api").at(0).at("address"),
            node.at("admin").at(0).at("address"),
            file.at("schema_registry").at("schema_registry_api").at(0).at("address"),
            file.at("pandaproxy").at("pandaproxy_api").at(0).at("address")};
  }
};

TEST_F(StartScriptTest, ABrokerListensInTheFamiliesOfItsPod) {
  EXPECT_THAT(listens_on(configuration("10.244.0.7")), testing::ElementsAre("0.0.0.0"));
  EXPECT_THAT(listens_on(configuration("fd00:10:244::7")), testing::ElementsAre("::"));
  EXPECT_THAT(listens_on(configuration("10.244.0.7,fd00:10:244::7")), testing::ElementsAre("::"));
}

}  // namespace
}  // namespace argus::adl
