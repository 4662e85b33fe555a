#include "node_policies/nft_script.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace argus::node {
namespace {

// NFTNL_UDATA_COMMENT_MAXLEN.
constexpr std::size_t kCommentLengthMax = 127;
constexpr Range kEveryAddress{0, std::numeric_limits<Address>::max()};
const char* const kTable = "table inet argus-policies";

std::string quoted(const kube::ObjectKey& policy) {
  std::string text = policy.to_string().substr(0, kCommentLengthMax);
  // The API server lets no such name through.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '"' || c == '\\' || c < ' '; }, '?');
  return '"' + text + '"';
}

template <typename Write>
std::string joined(const std::vector<Range>& ranges, const Write& write) {
  std::string text;
  for (const Range& range : ranges) {
    if (!text.empty()) text += ", ";
    text += write(range.first);
    if (range.last != range.first) text += "-" + write(range.last);
  }
  return "{ " + text + " }";
}

std::string addresses(const RangeSet& set) {
  return joined(set.ranges(), [](Address address) { return to_string(address); });
}

std::string numbers(const RangeSet& set) {
  return joined(set.ranges(), [](std::uint32_t number) { return std::to_string(number); });
}

const char* name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::kTcp:
      return "tcp";
    case Protocol::kUdp:
      return "udp";
    case Protocol::kSctp:
      return "sctp";
  }
  return "";
}

std::string rule_of(const Permission& permission) {
  std::string rule;
  const auto match = [&rule](const char* field, const std::optional<RangeSet>& set) {
    if (!set || set->ranges() == std::vector{kEveryAddress}) return;
    rule += field + (" " + addresses(*set)) + " ";
  };
  match("ip saddr", permission.sources);
  match("ip daddr", permission.destinations);
  if (permission.protocol && permission.ports) {
    rule +=
        std::string(name_of(*permission.protocol)) + " dport " + numbers(*permission.ports) + " ";
  } else if (permission.protocol) {
    rule += std::string("meta l4proto ") + name_of(*permission.protocol) + " ";
  }
  return rule + "accept";
}

std::string block(const std::string& head, const std::vector<std::string>& lines) {
  std::string text = "  " + head + " {\n";
  for (const std::string& line : lines) text += "    " + line + "\n";
  return text + "  }\n";
}

std::string elements(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& element : all) text += (text.empty() ? "" : ", ") + element;
  return "elements = { " + text + " }";
}

// Pods under the same policies share a chain.
struct PodChains {
  std::map<std::vector<std::size_t>, std::string> names;
  std::vector<std::string> verdicts;  // the elements of the map that leads to them
};

PodChains pod_chains(const std::string& way, const Direction& direction) {
  PodChains chains;
  for (const auto& [address, grants] : direction.restricted) {
    const auto [chain, added] = chains.names.try_emplace(grants);
    if (added) chain->second = way + "-pods-" + std::to_string(chains.names.size());
    chains.verdicts.push_back(to_string(address) + " : goto " + chain->second);
  }
  return chains;
}

// What leads from the address of a restricted pod to its verdict.
std::string chains_of(const std::string& way, const Direction& direction) {
  const auto policy_chain = [&way](std::size_t grant) {
    return way + "-policy-" + std::to_string(grant + 1);
  };
  std::string text;
  for (std::size_t i = 0; i < direction.grants.size(); ++i) {
    std::vector<std::string> lines = {"comment " + quoted(direction.grants[i].policy)};
    for (const Permission& permission : direction.grants[i].permissions) {
      lines.push_back(rule_of(permission));
    }
    text += block("chain " + policy_chain(i), lines);
  }
  const PodChains pods = pod_chains(way, direction);
  for (const auto& [grants, name] : pods.names) {
    std::vector<std::string> lines;
    for (const std::size_t grant : grants) lines.push_back("jump " + policy_chain(grant));
    lines.emplace_back("drop");
    text += block("chain " + name, lines);
  }
  std::vector<std::string> map = {"type ipv4_addr : verdict"};
  if (!pods.verdicts.empty()) map.push_back(elements(pods.verdicts));
  return text + block("map " + way + "-restricted", map);
}

// The way into the chains; `field` is the address of the pod that the direction is about.
std::string entrance(const std::string& way, const std::string& field, const Direction& direction,
                     Range pod_network) {
  std::vector<std::string> lines = {"ct state established,related accept",
                                    "ip saddr . ip daddr @oneself accept",
                                    field + " vmap @" + way + "-restricted"};
  if (direction.newcomers_restricted) {
    lines.push_back(field + " " + addresses(RangeSet(pod_network)) + " " + field +
                    " != @pods drop");
  }
  return block("chain " + way, lines);
}

std::string base_chain(const std::string& name, const std::string& hook, int priority,
                       const std::vector<std::string>& rules) {
  std::vector<std::string> lines = {"type filter hook " + hook + " priority " +
                                    std::to_string(priority) + "; policy accept;"};
  lines.insert(lines.end(), rules.begin(), rules.end());
  return block("chain " + name, lines);
}

std::string sets(const Permissions& permissions) {
  std::vector<std::string> pods, pairs;
  for (const Range& range : permissions.pods.ranges()) {
    for (std::uint64_t number = range.first; number <= range.last; ++number) {
      pods.push_back(to_string(static_cast<Address>(number)));
      pairs.push_back(pods.back() + " . " + pods.back());
    }
  }
  std::vector<std::string> known = {"type ipv4_addr"};
  std::vector<std::string> oneself = {"type ipv4_addr . ipv4_addr"};
  if (!pods.empty()) known.push_back(elements(pods));
  if (!pairs.empty()) oneself.push_back(elements(pairs));
  return block("set pods", known) + block("set oneself", oneself);
}

}  // namespace

std::string nft_script(const Permissions& permissions, Range pod_network) {
  // The first line makes sure that there is something to delete.
  std::string text = std::string(kTable) + "\ndelete " + kTable + "\n" + kTable + " {\n";
  text += sets(permissions);
  text += chains_of("egress", permissions.egress);
  text += chains_of("ingress", permissions.ingress);
  text += entrance("egress", "ip saddr", permissions.egress, pod_network);
  text += entrance("ingress", "ip daddr", permissions.ingress, pod_network);
  // Behind the address translation for Services, and sender before receiver.
  text += base_chain("forward-egress", "forward", 10, {"meta nfproto ipv6 drop", "jump egress"});
  text += base_chain("input-egress", "input", 10, {"jump egress"});
  text += base_chain("forward-ingress", "forward", 11, {"jump ingress"});
  return text + "}\n";
}

}  // namespace argus::node
