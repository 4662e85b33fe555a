// The real kube-apiserver that the integration tests use: the one ARGUS_TEST_KUBECONFIG leads to.
//
// Threads: each RealCluster belongs to one test; its client may be called from any thread.
// Failure: without ARGUS_TEST_KUBECONFIG the constructor throws std::runtime_error with a sentence.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "client_contract.h"
#include "kube/client.h"

namespace argus::runtime {

class RealCluster final : public TestCluster {
 public:
  RealCluster();
  ~RealCluster() override;

  kube::Client& client() override { return *client_; }
  std::string ns() override { return ns_; }
  void define(const kube::Resource& resource) override;
  void undefine(const kube::Resource& resource) override;
  void forget_history() override {}  // version 1 is always too old for a server that has started

  // Another client of the same server, with a connection pool of its own.
  [[nodiscard]] std::unique_ptr<kube::Client> another_client();

 private:
  base::Metrics metrics_;
  std::unique_ptr<kube::Client> client_;
  std::string ns_;
  std::vector<kube::Resource> defined_;
};

}  // namespace argus::runtime
