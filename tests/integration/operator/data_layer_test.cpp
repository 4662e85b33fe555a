#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <random>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/kinds.h"
#include "argusdatalayer/model/names.h"
#include "argusdatalayer/model/spec.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/run_child.h"
#include "base/yaml_reader.h"
#include "canonical.h"
#include "data_layer_test.h"
#include "fakes/places.h"
#include "kube/cluster_access.h"
#include "kube_object/object.h"

namespace argus::adl {
namespace {

constexpr const char* kManager = "operator-test";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<Json> definitions_in(const std::string& folder) {
  std::vector<Json> definitions;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    for (Json& document : base::parse_yaml(read_file(entry.path()))) {
      definitions.push_back(std::move(document));
    }
  }
  return definitions;
}

kube::GroupVersionKind gvk_of_definition(const Json& definition) {
  const Json& spec = definition.at("spec");
  for (const Json& version : spec.at("versions")) {
    if (version.value("served", false)) {
      return {spec.at("group"), version.at("name"), spec.at("names").at("kind")};
    }
  }
  return {};
}

const std::map<std::string, kube::GroupVersionKind>& known_kinds() {
  static const std::map<std::string, kube::GroupVersionKind> kKnown = [] {
    std::map<std::string, kube::GroupVersionKind> known;
    for (const AppliedKind& applied : applied_kinds()) known[applied.gvk.kind] = applied.gvk;
    known["ArgusDataLayer"] = gvk::kDataLayer;
    known["Secret"] = gvk::kSecret;
    known["Pod"] = gvk::kPod;
    known["PersistentVolumeClaim"] = gvk::kPersistentVolumeClaim;
    known["Namespace"] = {"", "v1", "Namespace"};
    known["Event"] = {"", "v1", "Event"};
    known["Lease"] = {"coordination.k8s.io", "v1", "Lease"};
    known["CustomResourceDefinition"] = {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
    return known;
  }();
  return kKnown;
}

}  // namespace

DataLayerTest::DataLayerTest()
    : kubeconfig_(test_environment("ARGUS_TEST_KUBECONFIG")), kubectl_(kubeconfig_) {
  const auto access = kube::find_cluster_access({.kubeconfig = kubeconfig_}, base::system_clock());
  client_ = kube::connect(access, {.user_agent = kManager, .requests_per_second = 0},
                          base::system_clock(), metrics_);
  apply(crd());
  EXPECT_TRUE(fakes::eventually([&] {
    client_->forget_discovery();
    return client_->resource_for(gvk::kDataLayer, {}).has_value();
  }));
  ns_ = new_namespace();
  audit_ = std::make_unique<AuditLog>(ns_);
}

DataLayerTest::~DataLayerTest() {
  for (const std::string& ns : namespaces_) {
    client_->remove(kind("Namespace"), {"", ns}, {}, {});
  }
}

std::string DataLayerTest::new_namespace() {
  std::string name = "operator-test-" + std::to_string(std::random_device{}());
  Json ns = Json::object();
  ns["apiVersion"] = "v1";
  ns["kind"] = "Namespace";
  ns["metadata"]["name"] = name;
  client_->create(kind("Namespace"), ns, kManager, {});
  namespaces_.push_back(name);
  return name;
}

std::unique_ptr<OperatorProcess> DataLayerTest::start_operator(std::vector<std::string> arguments) {
  return std::make_unique<OperatorProcess>(
      OperatorOptions{.kubeconfig = kubeconfig_, .ns = ns_, .arguments = std::move(arguments)});
}

Json DataLayerTest::sample(const std::string& name) const {
  const std::string path = fakes::source_path("deploy/samples/") + name + ".yaml";
  Json object = base::parse_yaml(read_file(path)).at(0);
  object["metadata"]["namespace"] = ns_;
  return object;
}

Json DataLayerTest::resource(const Json& spec, const std::string& name) const {
  Json object = Json::object();
  object["apiVersion"] = kApiVersion;
  object["kind"] = kKind;
  object["metadata"] = {{"name", name}, {"namespace", ns_}};
  object["spec"] = spec;
  return object;
}

Json DataLayerTest::apply(const Json& object) {
  return client_->apply(kind(object.at("kind").get<std::string>()), object, kManager, "", {});
}

void DataLayerTest::put_secret(const std::string& name,
                               const std::map<std::string, std::string>& values) {
  Json secret = Json::object();
  secret["apiVersion"] = "v1";
  secret["kind"] = "Secret";
  secret["metadata"] = {{"name", name}, {"namespace", ns_}};
  secret["stringData"] = values;
  apply(secret);
}

void DataLayerTest::remove(const std::string& of_kind, const std::string& name) {
  client_->remove(kind(of_kind), {ns_, name}, {}, {});
}

void DataLayerTest::patch(const std::string& of_kind, const std::string& name, const Json& change) {
  client_->merge_patch(kind(of_kind), {ns_, name}, change, kManager, "", {});
}

std::optional<Json> DataLayerTest::find(const std::string& of_kind, const std::string& name) {
  return client_->get(kind(of_kind), {ns_, name}, {});
}

Json DataLayerTest::status(const std::string& name) {
  const std::optional<Json> live = find("ArgusDataLayer", name);
  return live ? live->value("status", Json::object()) : Json::object();
}

Json DataLayerTest::condition(const std::string& type, const std::string& name) {
  for (const Json& candidate : status(name).value("conditions", Json::array())) {
    if (candidate.at("type") == type) return candidate;
  }
  return Json::object();
}

std::string DataLayerTest::reason(const std::string& type, const std::string& name) {
  return condition(type, name).value("reason", "");
}

// "statefulset.apps/redpanda" is the StatefulSet redpanda.
std::set<Identity> DataLayerTest::inventory() {
  std::set<Identity> identities;
  const Json entries = status().value("inventory", Json::array());
  for (const Json& entry : entries) {
    const auto text = entry.get<std::string>();
    const std::string type = text.substr(0, text.find_first_of("./"));
    const auto found =
        std::find_if(known_kinds().begin(), known_kinds().end(), [&](const auto& one) {
          return std::equal(one.first.begin(), one.first.end(), type.begin(), type.end(),
                            [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
        });
    EXPECT_NE(found, known_kinds().end()) << text;
    if (found != known_kinds().end()) {
      identities.emplace(found->first, text.substr(text.find('/') + 1));
    }
  }
  return identities;
}

std::map<std::string, std::string> DataLayerTest::passwords() {
  std::map<std::string, std::string> values;
  for (const char* name : {"redpanda-superusers", "falkordb-auth", "valkey-auth"}) {
    const std::optional<Json> live = find("Secret", name);
    if (live) values[name] = live->at("data").dump();
  }
  return values;
}

std::map<Identity, Json> DataLayerTest::canonical_objects() {
  std::map<Identity, Json> objects;
  for (const Identity& identity : inventory()) {
    const std::optional<Json> live = find(identity.first, identity.second);
    if (live) objects[identity] = canonical(*live);
  }
  return objects;
}

bool DataLayerTest::settles(const std::string& name) {
  const bool seen = fakes::eventually([&] {
    const std::optional<Json> live = find("ArgusDataLayer", name);
    return live && live->value("status", Json::object()).value("observedGeneration", 0) ==
                       kube::generation_of(*live);
  });
  return seen && audit_->falls_silent(kSilence);
}

std::vector<Json> DataLayerTest::rendered(const Json& resource,
                                          std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"render", "-f", directory_.write("resource.yaml", resource.dump())});
  const base::ChildResult result = base::run_child({.command = operator_program(),
                                                    .arguments = std::move(arguments),
                                                    .environment = {},
                                                    .timeout = std::chrono::seconds(30),
                                                    .output_bytes_max = std::size_t{16} << 20},
                                                   {});
  EXPECT_EQ(result.code, 0) << result.errors;
  return base::parse_yaml(result.output);
}

void DataLayerTest::install_definitions(const std::string& folder) {
  for (const Json& definition : definitions_in(folder)) {
    apply(definition);
    const kube::GroupVersionKind gvk = gvk_of_definition(definition);
    // Served, and its storage answers: for a moment it says "storage is (re)initializing".
    EXPECT_TRUE(fakes::eventually([&] {
      client_->forget_discovery();
      const auto served = client_->resource_for(gvk, {});
      if (!served) return false;
      try {
        static_cast<void>(client_->list(*served, {.limit = 1}, {}));
        return true;
      } catch (const kube::ApiError&) {
        return false;
      }
    }));
  }
}

void DataLayerTest::remove_definitions(const std::string& folder) {
  for (const Json& definition : definitions_in(folder)) {
    const kube::ObjectKey key = kube::key_of(definition);
    client_->remove(kind("CustomResourceDefinition"), key, {}, {});
    EXPECT_TRUE(fakes::eventually(
        [&] { return !client_->get(kind("CustomResourceDefinition"), key, {}); }));
  }
  client_->forget_discovery();
}

void DataLayerTest::install_optional_kinds() {
  install_definitions(test_environment("ARGUS_TEST_KEDA_CRDS"));
  install_definitions(test_environment("ARGUS_TEST_FLINK_CRDS"));
}

kube::Resource DataLayerTest::kind(const std::string& name) {
  const kube::GroupVersionKind& gvk = known_kinds().at(name);
  if (const auto served = client_->resource_for(gvk, {})) return *served;
  throw std::runtime_error("the API server does not serve " + name);
}

}  // namespace argus::adl
