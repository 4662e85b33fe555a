#include "cli/in_cluster/job_manifest.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/yaml_reader.h"
#include "cli/in_cluster/kubectl.h"
#include "fakes/places.h"

namespace argus::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

// The objects that the operator renders (its golden files), as kubectl lists them.
json parts_of(const std::string& golden) {
  std::ifstream file(fakes::source_path("tests/golden/argusdatalayer/") + golden +
                     "/expected.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  json items = json::array();
  for (json object : base::parse_yaml(text)) {
    const std::string title =
        object.value("kind", "") + "/" + object.at("metadata").value("name", "");
    if (title == "Deployment/cognee-worker" || title == "Deployment/redpanda-setup") {
      items.push_back(std::move(object));
    }
  }
  return {{"kind", "List"}, {"items", std::move(items)}};
}

json manifest_of(const json& parts, const std::string& image = "") {
  return job_manifest(
      {"argusctl-ingest-1", image, {"ingest", "/tree", "--from-tar=-"}, std::chrono::seconds(90)},
      parts, "argus-data");
}

const json& pod_of(const json& manifest) { return manifest.at("spec").at("template").at("spec"); }
const json& container_of(const json& manifest) { return pod_of(manifest).at("containers").at(0); }

TEST(JobManifest, ReachesWhatTheWorkerReaches) {
  const json parts = parts_of("full");
  const json container = container_of(manifest_of(parts));
  EXPECT_EQ(container.at("envFrom"),
            json::parse(R"([{"configMapRef": {"name": "cognee-worker-config"}}])"));
  std::vector<std::string> names;
  for (const json& variable : container.at("env")) {
    names.push_back(variable.at("name"));
    EXPECT_FALSE(variable.contains("value")) << "only a reference: " << variable.dump();
    EXPECT_TRUE(variable.at("valueFrom").contains("secretKeyRef"));
  }
  // Keys of models and of other stores are not for it.
  EXPECT_THAT(names, UnorderedElementsAre("KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD",
                                          "FALKORDB_PASSWORD"));
}

TEST(JobManifest, RunsArgusctlOnce) {
  const json manifest = manifest_of(parts_of("empty"));
  EXPECT_EQ(manifest.at("kind"), "Job");
  EXPECT_EQ(manifest.at("metadata").at("name"), "argusctl-ingest-1");
  EXPECT_EQ(manifest.at("spec").at("backoffLimit"), 0);
  EXPECT_EQ(manifest.at("spec").at("activeDeadlineSeconds"), 90);
  EXPECT_EQ(manifest.at("spec").at("ttlSecondsAfterFinished"), 300);
  EXPECT_EQ(pod_of(manifest).at("restartPolicy"), "Never");
  EXPECT_EQ(pod_of(manifest).at("automountServiceAccountToken"), false);
  const json& container = container_of(manifest);
  EXPECT_EQ(container.at("name"), kJobContainer);
  EXPECT_EQ(container.at("command"), json::array({"argusctl"}));
  EXPECT_EQ(container.at("args"), json::array({"ingest", "/tree", "--from-tar=-"}));
  EXPECT_EQ(container.at("stdin"), true);
  EXPECT_EQ(container.at("stdinOnce"), true) << "a caller who is gone must end the pod's input";
}

// The Pod Security Standards, profile "restricted", and what a quota asks of every container.
TEST(JobManifest, IsAdmittedWhereTheDataLayerIs) {
  const json manifest = manifest_of(parts_of("empty"));
  const json& context = pod_of(manifest).at("securityContext");
  EXPECT_EQ(context.at("runAsNonRoot"), true);
  EXPECT_EQ(context.at("runAsUser"), 65532);
  EXPECT_EQ(context.at("fsGroup"), 65532);
  EXPECT_EQ(context.at("seccompProfile").at("type"), "RuntimeDefault");
  const json& container = container_of(manifest);
  EXPECT_EQ(container.at("securityContext").at("allowPrivilegeEscalation"), false);
  EXPECT_EQ(container.at("securityContext").at("readOnlyRootFilesystem"), true);
  EXPECT_EQ(container.at("securityContext").at("capabilities").at("drop"), json::array({"ALL"}));
  for (const char* sort : {"requests", "limits"}) {
    for (const char* resource : {"cpu", "memory"}) {
      EXPECT_TRUE(container.at("resources").at(sort).contains(resource)) << sort << resource;
    }
  }
  ASSERT_EQ(container.at("volumeMounts").size(), 1u);
  EXPECT_EQ(container.at("volumeMounts")[0].at("mountPath"), kJobTree);
  EXPECT_EQ(container.at("volumeMounts")[0].at("name"), pod_of(manifest).at("volumes")[0]["name"]);
  EXPECT_TRUE(pod_of(manifest).at("volumes")[0].at("emptyDir").contains("sizeLimit"));
}

// controllers/argusdatalayer's policies know the pods by this label.
TEST(JobManifest, IsLabelledAsThePoliciesHaveIt) {
  const json manifest = manifest_of(parts_of("empty"));
  const json expected = {{"app.kubernetes.io/name", "argusctl"},
                         {"app.kubernetes.io/instance", "argus"},
                         {"app.kubernetes.io/part-of", "argus-data-layer"}};
  EXPECT_EQ(manifest.at("metadata").at("labels"), expected);
  EXPECT_EQ(manifest.at("spec").at("template").at("metadata").at("labels"), expected);
  std::ifstream file(fakes::source_path("tests/golden/argusdatalayer/empty/expected.yaml"));
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  bool found = false;
  for (const json& object : base::parse_yaml(text)) {
    if (object.at("metadata").value("name", "") != "argusctl-policy") continue;
    found = true;
    for (const auto& [key, value] :
         object.at("/spec/podSelector/matchLabels"_json_pointer).items()) {
      EXPECT_EQ(expected.value(key, ""), value.get<std::string>());
    }
  }
  EXPECT_TRUE(found);
}

TEST(JobManifest, TakesTheImageOfTheDataLayer) {
  json parts = parts_of("full");
  EXPECT_EQ(pod_of(manifest_of(parts)).at("imagePullSecrets"),
            json::parse(R"([{"name": "registry"}])"));
  EXPECT_FALSE(pod_of(manifest_of(parts_of("empty"))).contains("imagePullSecrets"));
  for (json& item : parts["items"]) {
    if (item.at("metadata").at("name") != "redpanda-setup") continue;
    item["spec"]["template"]["spec"]["containers"][0]["image"] = "mirror/argusctl:7";
  }
  EXPECT_EQ(container_of(manifest_of(parts)).at("image"), "mirror/argusctl:7");
  EXPECT_EQ(container_of(manifest_of(parts, "mine:1")).at("image"), "mine:1");
  // Brokers that are someone else's have no setup of ours.
  EXPECT_THAT(container_of(manifest_of(parts_of("minimal_external_redpanda"))).at("image"),
              testing::StartsWith("ghcr.io/samuelvinay91/argusctl:"));
}

TEST(JobManifest, HoldsNoPassword) {
  json parts = parts_of("empty");
  for (json& item : parts["items"]) {
    if (item.at("metadata").at("name") != "cognee-worker") continue;
    json& environment = item["spec"]["template"]["spec"]["containers"][0]["env"];
    environment.push_back({{"name", "OTHER_PASSWORD"}, {"value", "hidden"}});
  }
  EXPECT_THAT(manifest_of(parts).dump(),
              AllOf(HasSubstr("secretKeyRef"), Not(HasSubstr("hidden"))));
}

TEST(JobManifest, SaysThatThereIsNoWorker) {
  json brokers_only = parts_of("empty");
  auto& items = brokers_only["items"].get_ref<json::array_t&>();
  std::erase_if(items,
                [](const json& item) { return item.at("metadata").at("name") == "cognee-worker"; });
  for (const json& parts : {json::object(), json{{"items", json::array()}}, brokers_only}) {
    try {
      static_cast<void>(manifest_of(parts));
      FAIL() << "accepted";
    } catch (const ClusterError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("no Deployment cognee-worker"),
                                      HasSubstr("argus-data"), HasSubstr("--namespace")));
    }
  }
}

}  // namespace
}  // namespace argus::cli
