// The real kubectl (ARGUS_TEST_KUBECTL), as a person would use it.
//
// Threads: use from one. Failure: how it ended is a value; std::runtime_error when it cannot run.
#pragma once

#include <string>
#include <vector>

#include "kube_object/object.h"

namespace argus::adl {

struct KubectlResult {
  int code = 0;
  std::string output;
  std::string errors;
};

class Kubectl {
 public:
  explicit Kubectl(std::string kubeconfig);

  [[nodiscard]] KubectlResult run(std::vector<std::string> arguments) const;
  // Its output; a failure of the running test when it does not end with 0.
  [[nodiscard]] std::string output(std::vector<std::string> arguments) const;

 private:
  std::string kubeconfig_;
};

// The value of a variable that deploy/local exports; std::runtime_error with a sentence without it.
[[nodiscard]] std::string test_environment(const char* name);

}  // namespace argus::adl
