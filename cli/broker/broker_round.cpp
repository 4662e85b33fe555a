#include "cli/broker/broker_round.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "base/http/cpprest_transport.h"
#include "base/log.h"
#include "cli/broker/broker_plan.h"
#include "cli/broker/broker_users.h"
#include "cli/connections.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

namespace kafka = worker::kafka;

constexpr std::chrono::seconds kBrokerPatience{15};

void log_change(const std::string& change) { base::log_info("changed", {{"change", change}}); }

const BrokerUser& service_user(const std::vector<BrokerUser>& users, const BrokerOptions& options) {
  const auto found = std::find_if(users.begin(), users.end(), [&](const BrokerUser& user) {
    return user.name == options.service_user;
  });
  if (found == users.end()) {
    throw UsageError(printable(options.users_file) + " has no user " +
                     printable(options.service_user) + ": add a line for it.");
  }
  return *found;
}

int copies_of_topics(const kafka::ClusterState& cluster, const BrokerOptions& options) {
  return options.replication_factor > 0 ? options.replication_factor
                                        : replication_factor_for(cluster.brokers);
}

void ensure_topics(kafka::Admin& admin, const kafka::ClusterState& cluster, int copies) {
  for (const kafka::NewTopic& topic : missing_topics(cluster, copies)) {
    if (!admin.create(topic)) continue;
    log_change("topic " + topic.name + " created, " + std::to_string(topic.partitions) +
               " partitions, " + std::to_string(topic.replication_factor) + " copies");
  }
}

// A sentence when the brokers check no rules.
std::optional<std::string> ensure_rules(kafka::Admin& admin, const BrokerUser& user,
                                        const BrokerOptions& options) {
  const auto present = admin.rules_of(user.name);
  for (const kafka::AccessRule& rule : missing_rules(user.name, options.groups, present)) {
    if (!admin.allow(rule)) {
      return "The brokers check no access rules: every user may do everything there.";
    }
    log_change("user " + user.name + " may " + to_text(rule));
  }
  return std::nullopt;
}

void ensure_user(const BrokerUser& superuser, const BrokerUser& user,
                 const BrokerOptions& options) {
  BrokerUsers users(options.admin_urls, superuser, [](const std::string& url) {
    base::TransportOptions transport;
    transport.base_url = url;
    return base::make_cpprest_transport(std::move(transport));
  });
  if (!users.names({}).contains(user.name)) {
    users.make(user, {});
    log_change("user " + user.name + " created, " + user.mechanism);
  } else if (!kafka::may_log_in(connection_as(user, options), kBrokerPatience)) {
    users.set_password(user, {});
    log_change("user " + user.name + " has the file's password now");
  }
}

Trouble trouble_of(BrokerUsersError::Kind kind) {
  switch (kind) {
    case BrokerUsersError::Kind::kSilent:
      return Trouble::kNotYet;
    case BrokerUsersError::Kind::kRefused:
      return Trouble::kAdminRefused;
    case BrokerUsersError::Kind::kForeign:
    case BrokerUsersError::Kind::kOther:
      break;
  }
  return Trouble::kFailed;
}

void look_at_user(const BrokerUser& superuser, const BrokerUser& user, const BrokerOptions& options,
                  Findings& findings) {
  if (options.admin_urls.empty()) {
    findings.notes.insert("The user " + user.name +
                          " is left to others: only Redpanda's Admin API makes users, and "
                          "--admin-url is not given.");
    return;
  }
  try {
    ensure_user(superuser, user, options);
  } catch (const BrokerUsersError& error) {
    const bool foreign = error.kind() == BrokerUsersError::Kind::kForeign ||
                         error.kind() == BrokerUsersError::Kind::kSilent;
    std::string text = error.what();
    if (foreign && !options.watch) {
      text += " The user " + user.name +
              " is made there only: for Kafka's own brokers make it with kafka-configs.sh, and "
              "leave --admin-url out.";
    }
    findings.problems[text] = trouble_of(error.kind());
  }
}

void look_at_brokers(const BrokerUser& superuser, const BrokerUser& user,
                     const BrokerOptions& options, Findings& findings) {
  kafka::Admin admin(connection_as(superuser, options), kBrokerPatience);
  const kafka::ClusterState cluster = admin.describe();
  const int copies = copies_of_topics(cluster, options);
  for (std::string& remark : topic_remarks(cluster)) findings.remarks.insert(std::move(remark));
  if (std::string remark = copies_remark(cluster, copies); !remark.empty()) {
    findings.remarks.insert(std::move(remark));
  }
  // The user last: the worker, which waits for it, may then do at once what it needs to.
  ensure_topics(admin, cluster, copies);
  if (auto remark = ensure_rules(admin, user, options)) findings.remarks.insert(*remark);
  look_at_user(superuser, user, options, findings);
}

}  // namespace

Trouble worst(const Findings& findings) {
  Trouble trouble = Trouble::kNone;
  for (const auto& [sentence, kind] : findings.problems) trouble = std::max(trouble, kind);
  return trouble;
}

kafka::ConnectionOptions connection_as(const BrokerUser& user, const BrokerOptions& options) {
  GivenSettings settings = options.settings;
  settings["KAFKA_SASL_USERNAME"] = user.name;
  settings["KAFKA_SASL_PASSWORD"] = user.password;
  settings["KAFKA_SASL_MECHANISM"] = user.mechanism;
  return broker_access(settings).connection;
}

Findings run_round(const BrokerOptions& options) {
  const std::string text = read_users_file(options.users_file);
  Findings findings;
  if (!options.users_hash.empty() && users_hash(options.users_salt, text) != options.users_hash) {
    // Not done with what it has: another program may just have given the brokers the newer one.
    findings.problems[printable(options.users_file) +
                      " is another than the one to work with, which has not arrived yet."] =
        Trouble::kNotYet;
    return findings;
  }
  const std::vector<BrokerUser> users = parse_users(text, options.users_file);
  const BrokerUser& superuser = users.front();
  const BrokerUser& user = service_user(users, options);
  const std::string who = "As " + superuser.name + " of " + printable(options.users_file) + ": ";
  try {
    look_at_brokers(superuser, user, options, findings);
  } catch (const kafka::LoginRefused& error) {
    findings.problems[who + error.what()] = Trouble::kAdminRefused;
  } catch (const kafka::BrokersSilent& error) {
    findings.problems[who + error.what()] = Trouble::kNotYet;
  } catch (const kafka::BrokerError& error) {
    findings.problems[who + error.what()] = Trouble::kFailed;
  }
  return findings;
}

}  // namespace argus::cli
