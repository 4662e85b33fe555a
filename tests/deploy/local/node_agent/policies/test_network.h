// A node with pods, made of network namespaces and nothing else: a bridge with one end of a pair
// for each pod, and a host outside that is reached by routing. What the node's filter is given, and
// what it lets through, is seen by sets that packets enter themselves in, before and after it.
//
// Threads: use from one. Ownership: the namespaces go with the object.
// Failure: std::runtime_error with what a command said; it needs root, ip and nft.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "fakes/temporary_directory.h"
#include "random_cluster.h"

namespace argus::node {

class TestNetwork {
 public:
  TestNetwork();
  ~TestNetwork();
  TestNetwork(const TestNetwork&) = delete;
  TestNetwork& operator=(const TestNetwork&) = delete;

  // Loads a script as the agent does.
  void load(const std::string& script);

  // Sends each packet as the first of its connection and, when all have been at the filter, tells
  // which ones left it.
  std::set<Packet> passed(const std::vector<Packet>& packets);

  // Runs `act` on a thread of the host with that address: its sockets are the host's.
  void on(const std::string& address, const std::function<void()>& act) const;

 private:
  [[nodiscard]] std::string name_of(const std::string& address) const;
  void add_pod(const std::string& address, int number);
  void add_outside();
  std::string run(const std::string& command, const std::vector<std::string>& arguments) const;
  std::string nft(const std::vector<std::string>& arguments) const;
  [[nodiscard]] std::set<Packet> seen(const std::string& set) const;

  const fakes::TemporaryDirectory directory_;
  const std::string prefix_;
  const std::string node_;
  std::string nft_program_;
  std::vector<std::string> namespaces_;
};

}  // namespace argus::node
