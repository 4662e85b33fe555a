#include "node_policies/assigned_addresses.h"

#include <fstream>
#include <system_error>

#include "kube_object/object.h"

namespace argus::node {
namespace {

namespace fs = std::filesystem;
using kube::Json;

std::string pod_uid(const Json& attachment) {
  for (const Json& argument : attachment.value("cniArgs", Json::array())) {
    if (argument.at(0) == "K8S_POD_UID") return argument.at(1);
  }
  return "";
}

void read_file(const fs::path& path, Range pod_network, AssignedAddresses& addresses) {
  std::ifstream file(path, std::ios::binary);
  const Json attachment = Json::parse(file, nullptr, false);
  if (!attachment.is_object()) return;
  const std::string uid = pod_uid(attachment);
  const Json ips = attachment.value(Json::json_pointer("/result/ips"), Json::array());
  for (const Json& ip : ips) {
    const std::string text = ip.value("address", "");  // with the length of its network's prefix
    const auto address = parse_address(text.substr(0, text.find('/')));
    const bool is_pods = address && *address >= pod_network.first && *address <= pod_network.last;
    if (is_pods && !uid.empty()) addresses[uid] = *address;
  }
}

}  // namespace

AssignedAddresses assigned_addresses(const fs::path& results, Range pod_network) {
  AssignedAddresses addresses;
  std::error_code gone;
  if (results.empty()) return addresses;
  // A pod whose sandbox was made anew has two files for a moment: the later one counts.
  std::multimap<fs::file_time_type, fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(results, gone)) {
    const auto written = entry.last_write_time(gone);
    if (!gone && entry.is_regular_file(gone)) files.emplace(written, entry.path());
  }
  for (const auto& [written, path] : files) {
    try {
      read_file(path, pod_network, addresses);
    } catch (const Json::exception&) {  // of a form that we do not know
    }
  }
  return addresses;
}

}  // namespace argus::node
