// What a kube::Client promises (kube/client.h), as tests: client_contract.cpp. The suite runs
// against the API server in memory (unit) and against a real kube-apiserver (integration), so that
// what is tested with the one holds with the other.
//
// Threads: a TestCluster belongs to one test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

#include "kube/client.h"

namespace argus::runtime {

class TestCluster {
 public:
  virtual ~TestCluster() = default;
  [[nodiscard]] virtual kube::Client& client() = 0;
  // A namespace that is there and that nobody else uses.
  [[nodiscard]] virtual std::string ns() = 0;
  // Installs and removes the definition of a kind with a free-form spec and a status subresource.
  virtual void define(const kube::Resource& resource) = 0;
  virtual void undefine(const kube::Resource& resource) = 0;
  // From now on a watch from `resource_version` 1 is too old.
  virtual void forget_history() = 0;
};

struct ClusterKind {
  std::string name;
  std::unique_ptr<TestCluster> (*make)();
};
inline void PrintTo(const ClusterKind& kind, std::ostream* out) { *out << kind.name; }

class ClientContract : public testing::TestWithParam<ClusterKind> {
 protected:
  std::unique_ptr<TestCluster> cluster_ = GetParam().make();
  kube::Client& client_ = cluster_->client();
  const std::string ns_ = cluster_->ns();
};

}  // namespace argus::runtime
