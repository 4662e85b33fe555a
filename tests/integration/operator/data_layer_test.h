// A test with a namespace of its own on the real API server, and argus-operator as a child process.
//
// Threads: the test's. Failure: what is missing in the environment is a sentence.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "argusdatalayer/model/json.h"
#include "audit_log.h"
#include "base/metrics.h"
#include "fakes/eventually.h"
#include "fakes/temporary_directory.h"
#include "kube/client.h"
#include "kube_object/object.h"
#include "kubectl.h"
#include "operator_process.h"

namespace argus::adl {

// The task's: an object that is deleted or edited is back within this time.
inline constexpr std::chrono::milliseconds kRepairTime{2'000};
// So long without a write means that no more come.
inline constexpr std::chrono::milliseconds kSilence{1'500};

using Identity = std::pair<std::string, std::string>;  // kind, name

class DataLayerTest : public testing::Test {
 protected:
  DataLayerTest();
  ~DataLayerTest() override;

  // A namespace that is removed at the end of the test.
  std::string new_namespace();
  [[nodiscard]] std::unique_ptr<OperatorProcess> start_operator(
      std::vector<std::string> arguments = {"--no-leader-elect"});

  // The resource of deploy/samples/NAME.yaml, in the test's namespace.
  [[nodiscard]] Json sample(const std::string& name) const;
  [[nodiscard]] Json resource(const Json& spec, const std::string& name = "argus") const;
  Json apply(const Json& object);
  void put_secret(const std::string& name, const std::map<std::string, std::string>& values);
  void remove(const std::string& kind, const std::string& name);
  void patch(const std::string& kind, const std::string& name, const Json& patch);

  [[nodiscard]] std::optional<Json> find(const std::string& kind, const std::string& name);
  // Every object that the resource's status lists, plus what `render` of its file lists.
  [[nodiscard]] Json status(const std::string& name = "argus");
  [[nodiscard]] Json condition(const std::string& type, const std::string& name = "argus");
  [[nodiscard]] std::string reason(const std::string& type, const std::string& name = "argus");
  [[nodiscard]] std::set<Identity> inventory();
  [[nodiscard]] std::map<std::string, std::string> passwords();
  // The objects of the inventory, canonical.
  [[nodiscard]] std::map<Identity, Json> canonical_objects();

  // The status is about the present spec, and the operator has stopped writing.
  [[nodiscard]] bool settles(const std::string& name = "argus");
  // What argus-operator render lists for a resource, as the cluster is now.
  [[nodiscard]] std::vector<Json> rendered(const Json& resource,
                                           std::vector<std::string> arguments = {});

  void install_definitions(const std::string& folder);
  void remove_definitions(const std::string& folder);
  void install_optional_kinds();
  [[nodiscard]] kube::Resource kind(const std::string& kind);

  base::Metrics metrics_;
  const std::string kubeconfig_;
  std::unique_ptr<kube::Client> client_;
  Kubectl kubectl_;
  fakes::TemporaryDirectory directory_;
  std::vector<std::string> namespaces_;
  std::string ns_;
  std::unique_ptr<AuditLog> audit_;
};

}  // namespace argus::adl
