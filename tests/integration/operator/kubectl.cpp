#include "kubectl.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "base/run_child.h"

namespace argus::adl {

Kubectl::Kubectl(std::string kubeconfig) : kubeconfig_(std::move(kubeconfig)) {}

KubectlResult Kubectl::run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"--kubeconfig", kubeconfig_});
  const base::ChildResult result =
      base::run_child({.command = test_environment("ARGUS_TEST_KUBECTL"),
                       .arguments = std::move(arguments),
                       .environment = {},
                       .timeout = std::chrono::seconds(60),
                       .output_bytes_max = std::size_t{16} << 20},
                      {});
  if (result.end != base::ChildResult::End::kExited) throw std::runtime_error("kubectl was ended");
  return {result.code, result.output, result.errors};
}

std::string Kubectl::output(std::vector<std::string> arguments) const {
  KubectlResult result = run(std::move(arguments));
  EXPECT_EQ(result.code, 0) << result.errors;
  return std::move(result.output);
}

std::string test_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    throw std::runtime_error(std::string(name) +
                             " is not set; start the services and set what they export: eval "
                             "\"$(deploy/local/services env)\"");
  }
  return value;
}

}  // namespace argus::adl
