// The user's kubectl as a child process, so that the user's kubeconfig, credential plugins and
// streaming support are used as they are.
//
// The child is in this process's group, so that a credential plugin can ask at the terminal and
// Ctrl-C reaches it directly.
//
// Threads: any; a call blocks its caller, and the functions of a call are called on that thread.
// Failure: ClusterError when kubectl cannot be started, or fails where that is not a value;
// Interrupted when stop was requested (the child is ended then).
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace argus::cli {

class ClusterError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

struct KubectlCall {
  std::vector<std::string> arguments;
  // The next piece of standard input, std::nullopt at its end. Empty: there is none.
  std::function<std::optional<std::string>()> input;
  std::function<void(std::string_view)> on_output;
  std::function<void(std::string_view)> on_errors;
};

class Kubectl {
 public:
  explicit Kubectl(const ClusterOptions& options);

  // The exit status; 128 and the signal's number when one ended it.
  int run(const KubectlCall& call, const std::stop_token& stop) const;

  // What it prints. A status other than 0 is a ClusterError: "`what`: the reason".
  std::string output(const std::string& what, std::vector<std::string> arguments,
                     const std::stop_token& stop, std::optional<std::string> input = {}) const;
  // The same as JSON, as "-o json" gives it; an empty object when nothing was found.
  nlohmann::json objects(const std::string& what, std::vector<std::string> arguments,
                         const std::stop_token& stop) const;

 private:
  const std::string program_;
  std::vector<std::string> global_;  // arguments of every call
};

}  // namespace argus::cli
