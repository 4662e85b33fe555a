#include "real_cluster.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <stdexcept>

#include "base/clock.h"
#include "fakes/eventually.h"
#include "kube/cluster_access.h"

namespace argus::runtime {
namespace {

using kube::Json;

const kube::Resource kNamespaces{{"", "v1", "Namespace"}, "namespaces", false};
const kube::Resource kDefinitions{
    {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, "customresourcedefinitions", false};
constexpr const char* kManager = "runtime-test";

std::string kubeconfig() {
  const char* path = std::getenv("ARGUS_TEST_KUBECONFIG");
  if (path == nullptr || *path == '\0') {
    throw std::runtime_error(
        "ARGUS_TEST_KUBECONFIG is not set: this test needs a real API server; set it to the "
        "kubeconfig of one, such as the one that deploy/local starts");
  }
  return path;
}

std::unique_ptr<kube::Client> connect(base::Metrics& metrics) {
  kube::ClusterAccessOptions options;
  options.kubeconfig = kubeconfig();
  const kube::ClusterAccess access = kube::find_cluster_access(options, base::system_clock());
  kube::RestClientOptions unlimited;
  unlimited.requests_per_second = 0;
  return kube::connect(access, unlimited, base::system_clock(), metrics);
}

// Tests run side by side and again and again against one server.
std::string unique_namespace() {
  static std::atomic<int> count{0};
  std::random_device random;
  return "runtime-test-" + std::to_string(random()) + "-" + std::to_string(++count);
}

}  // namespace

RealCluster::RealCluster() : client_(connect(metrics_)), ns_(unique_namespace()) {
  Json ns = Json::object();
  ns["apiVersion"] = "v1";
  ns["kind"] = "Namespace";
  ns["metadata"]["name"] = ns_;
  client_->create(kNamespaces, ns, kManager, {});
}

RealCluster::~RealCluster() {
  try {
    const std::vector<kube::Resource> left = defined_;
    for (const kube::Resource& resource : left) undefine(resource);
    client_->remove(kNamespaces, {"", ns_}, {}, {});
  } catch (const std::exception& error) {
    ADD_FAILURE() << "cleaning up namespace " << ns_ << ": " << error.what();
  }
}

std::unique_ptr<kube::Client> RealCluster::another_client() { return connect(metrics_); }

void RealCluster::define(const kube::Resource& resource) {
  std::string singular = resource.gvk.kind;
  for (char& letter : singular) letter = static_cast<char>(std::tolower(letter));
  Json schema = Json::object();
  schema["type"] = "object";
  schema["x-kubernetes-preserve-unknown-fields"] = true;
  Json version = Json::object();
  version["name"] = resource.gvk.version;
  version["served"] = true;
  version["storage"] = true;
  version["schema"]["openAPIV3Schema"] = schema;
  version["subresources"]["status"] = Json::object();
  Json definition = Json::object();
  definition["apiVersion"] = "apiextensions.k8s.io/v1";
  definition["kind"] = "CustomResourceDefinition";
  definition["metadata"]["name"] = resource.plural + "." + resource.gvk.group;
  definition["spec"]["group"] = resource.gvk.group;
  definition["spec"]["scope"] = resource.namespaced ? "Namespaced" : "Cluster";
  definition["spec"]["names"] = {
      {"kind", resource.gvk.kind}, {"plural", resource.plural}, {"singular", singular}};
  definition["spec"]["versions"] = Json::array({version});
  client_->apply(kDefinitions, definition, kManager, "", {});
  defined_.push_back(resource);
  const bool served = fakes::eventually([&] {
    client_->forget_discovery();
    return client_->resource_for(resource.gvk, {}).has_value();
  });
  if (!served) throw std::runtime_error(resource.gvk.kind + " is not served after 30 s");
}

void RealCluster::undefine(const kube::Resource& resource) {
  std::erase_if(defined_, [&](const kube::Resource& one) { return one.gvk == resource.gvk; });
  client_->remove(kDefinitions, {"", resource.plural + "." + resource.gvk.group}, {}, {});
}

}  // namespace argus::runtime
