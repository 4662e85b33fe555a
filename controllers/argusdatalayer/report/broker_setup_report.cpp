#include "argusdatalayer/report/broker_setup_report.h"

#include <optional>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {
namespace {

// The exit codes of its words: cli/broker/broker_word.h.
constexpr int kInPlaceCode = 0;
constexpr int kFailedCode = 1;
constexpr int kSilentCode = 3;
constexpr int kAdminRefusedCode = 4;

struct LastEnd {
  int code;
  std::string message;
};

kube::SharedObject newest(const std::vector<kube::SharedObject>& pods) {
  kube::SharedObject found;
  const auto made = [](const kube::SharedObject& pod) {
    return pod->at("metadata").value("creationTimestamp", "");
  };
  for (const kube::SharedObject& pod : pods) {
    if (kube::is_being_deleted(*pod)) continue;
    if (!found || made(found) < made(pod)) found = pod;
  }
  return found;
}

std::optional<LastEnd> last_end(const kube::SharedObject& pod) {
  if (!pod) return std::nullopt;
  const Json status = pod->value("status", Json::object());
  for (const Json& container : status.value("containerStatuses", Json::array())) {
    if (container.value("name", "") != part::kRedpandaSetup) continue;
    for (const char* when : {"state", "lastState"}) {
      const Json state = container.value(when, Json::object());
      const auto terminated = state.find("terminated");
      if (terminated == state.end()) continue;
      return LastEnd{terminated->value("exitCode", 0), terminated->value("message", "")};
    }
  }
  return std::nullopt;
}

}  // namespace

BrokerSetup broker_setup(const Health& health, const std::vector<kube::SharedObject>& pods) {
  const std::optional<LastEnd> end = last_end(newest(pods));
  // It ends with 0 for a remark alone, and starts again: that takes nothing away.
  const bool remarked = end && end->code == kInPlaceCode;
  if (health.state == Health::State::kReady || remarked) {
    return {BrokerSetup::State::kInPlace, remarked ? end->message : ""};
  }
  if (end && end->code == kAdminRefusedCode) {
    return {
        BrokerSetup::State::kAdminRefused,
        "the brokers' admin has another password than Secret redpanda-superusers: put the old "
        "one back there, or give the brokers this one (rpk security user update admin "
        "--new-password ... --mechanism SCRAM-SHA-512, as admin with the old one); clients keep "
        "the password that works until then"};
  }
  if (end && (end->code == kFailedCode || end->code == kSilentCode) && !end->message.empty()) {
    return {BrokerSetup::State::kFailed, "Deployment redpanda-setup says: " + end->message};
  }
  return {health.state == Health::State::kFailing ? BrokerSetup::State::kFailed
                                                  : BrokerSetup::State::kWaiting,
          health.message};
}

void add_broker_setup(const BrokerSetup& setup, Report& brokers) {
  const auto add = [&](const std::string& sentence) {
    brokers.message += (brokers.message.empty() ? "" : "; ") + sentence;
  };
  if (setup.state == BrokerSetup::State::kAdminRefused) {
    if (brokers.truth == Truth::kTrue) brokers.message.clear();
    brokers.truth = Truth::kFalse;
    brokers.reason = "AdminPasswordRefused";
    brokers.degraded = true;
    add(setup.message);
    return;
  }
  // Brokers that do not run are the cause of whatever their setup says.
  if (brokers.truth != Truth::kTrue) return;
  if (setup.state == BrokerSetup::State::kInPlace) {
    if (!setup.message.empty()) add(setup.message);
    return;
  }
  const bool failed = setup.state == BrokerSetup::State::kFailed;
  brokers.truth = Truth::kFalse;
  brokers.reason = failed ? "SetupFailed" : "WaitingForSetup";
  brokers.degraded = failed;
  brokers.message =
      "the brokers run, but their users, topics and permissions are not known to be "
      "in place: " +
      setup.message;
}

}  // namespace argus::adl
