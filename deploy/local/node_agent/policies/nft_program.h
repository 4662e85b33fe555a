// Loads scripts with the nft program.
//
// Threads: any; blocks its caller. Failure: FirewallError, a sentence with what nft said; the
// kernel's rules are then as they were.
#pragma once

#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace argus::node {

class FirewallError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class NftProgram {
 public:
  static constexpr std::chrono::seconds kTimeout{30};

  explicit NftProgram(std::string program) : program_(std::move(program)) {}

  void load(const std::string& script, std::stop_token stop) const;

 private:
  const std::string program_;
};

}  // namespace argus::node
