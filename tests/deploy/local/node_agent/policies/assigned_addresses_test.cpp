#include "node_policies/assigned_addresses.h"

#include <gtest/gtest.h>

#include "fakes/temporary_directory.h"

namespace argus::node {
namespace {

// As containerd's libcni writes it.
std::string attachment(const std::string& uid, const std::string& address) {
  return R"({"kind": "cniCacheV1", "containerId": "c0ffee", "config": "e30=", "ifName": "eth0",
    "networkName": "pods", "cniArgs": [["IgnoreUnknown", "1"], ["K8S_POD_NAMESPACE", "data"],
    ["K8S_POD_NAME", "web-0"], ["K8S_POD_INFRA_CONTAINER_ID", "c0ffee"], ["K8S_POD_UID", ")" +
         uid + R"("]], "result": {"cniVersion": "1.0.0", "interfaces": [{"name": "cni0"}],
    "ips": [{"interface": 2, "address": ")" +
         address + R"(/24", "gateway": "10.244.0.1"}]}})";
}

AssignedAddresses read(const std::string& path) {
  return assigned_addresses(path, *parse_block("10.244.0.0/24"));
}

TEST(AssignedAddressesTest, ReadsEveryAttachment) {
  const fakes::TemporaryDirectory directory;
  directory.write("pods-1-eth0", attachment("u1", "10.244.0.5"));
  directory.write("pods-2-eth0", attachment("u2", "10.244.0.6"));
  directory.write("cni-loopback-2-lo", attachment("u2", "127.0.0.1"));
  EXPECT_EQ(read(directory.path()), (AssignedAddresses{{"u1", *parse_address("10.244.0.5")},
                                                       {"u2", *parse_address("10.244.0.6")}}));
}

TEST(AssignedAddressesTest, OfTwoSandboxesTheLaterCounts) {
  const fakes::TemporaryDirectory directory;
  const auto late = directory.write("a", attachment("u1", "10.244.0.5"));
  const auto early = directory.write("b", attachment("u1", "10.244.0.6"));
  std::filesystem::last_write_time(
      early, std::filesystem::last_write_time(late) - std::chrono::seconds(1));
  EXPECT_EQ(read(directory.path()), (AssignedAddresses{{"u1", *parse_address("10.244.0.5")}}));
}

TEST(AssignedAddressesTest, PassesOverWhatItCannotRead) {
  const fakes::TemporaryDirectory directory;
  directory.write("half", attachment("u1", "10.244.0.5").substr(0, 40));
  directory.write("empty", "");
  directory.write("other", R"({"cniArgs": "text", "result": 1})");
  directory.write("strange", R"({"cniArgs": [[]], "result": {"ips": [5]}})");
  directory.write("directory/file", "");
  EXPECT_TRUE(read(directory.path()).empty());
  EXPECT_TRUE(read(directory.path() + "/missing").empty());
  EXPECT_TRUE(read("").empty());
}

}  // namespace
}  // namespace argus::node
