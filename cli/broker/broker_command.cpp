#include "cli/broker/broker_command.h"

#include <algorithm>
#include <set>

#include "base/http/cpprest_transport.h"
#include "base/log.h"
#include "cli/broker/broker_plan.h"
#include "cli/broker/broker_users.h"
#include "cli/broker/users_file.h"
#include "cli/connections.h"
#include "cli/exit_code.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

namespace kafka = worker::kafka;

constexpr std::chrono::seconds kBrokerPatience{15};
constexpr std::chrono::seconds kFirstDelay{1};

void log_change(const std::string& change) { base::log_info("changed", {{"change", change}}); }

// The settings that the command line or the environment gives, for this user.
kafka::ConnectionOptions connection_as(const BrokerUser& user, const BrokerOptions& options) {
  GivenSettings settings = options.settings;
  settings["KAFKA_SASL_USERNAME"] = user.name;
  settings["KAFKA_SASL_PASSWORD"] = user.password;
  settings["KAFKA_SASL_MECHANISM"] = user.mechanism;
  return broker_access(settings).connection;
}

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

void ensure_topics(kafka::Admin& admin, const kafka::ClusterState& cluster,
                   const BrokerOptions& options) {
  const int copies = options.replication_factor > 0 ? options.replication_factor
                                                    : replication_factor_for(cluster.brokers);
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
  BrokerUsers users(options.admin_url, superuser, [](const std::string& url) {
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

// What one round found: problems want another round, remarks do not.
struct Findings {
  std::set<std::string> problems;
  std::set<std::string> remarks;
};

void look_at_user(const BrokerUser& superuser, const BrokerUser& user, const BrokerOptions& options,
                  Findings& findings) {
  if (options.admin_url.empty()) {
    findings.remarks.insert("The user " + user.name +
                            " is left to others: only Redpanda's Admin API makes users, and "
                            "--admin-url is not given.");
    return;
  }
  try {
    ensure_user(superuser, user, options);
  } catch (const BrokerUsersError& error) {
    const std::string text = error.what();
    findings.problems.insert(!error.missing()
                                 ? text
                                 : text + " The user " + user.name +
                                       " is made there only: for Kafka's own brokers make it with "
                                       "kafka-configs.sh, and leave --admin-url out.");
  } catch (const kafka::BrokerError& error) {
    findings.problems.insert(error.what());
  }
}

Findings run_round(const BrokerOptions& options) {
  const std::vector<BrokerUser> users = read_users(options.users_file);
  const BrokerUser& superuser = users.front();
  const BrokerUser& user = service_user(users, options);
  Findings findings;
  try {
    kafka::Admin admin(connection_as(superuser, options), kBrokerPatience);
    const kafka::ClusterState cluster = admin.describe();
    for (std::string& remark : topic_remarks(cluster)) findings.remarks.insert(std::move(remark));
    // The user last: the worker, which waits for it, may then do at once what it needs to.
    ensure_topics(admin, cluster, options);
    if (auto remark = ensure_rules(admin, user, options)) findings.remarks.insert(*remark);
    look_at_user(superuser, user, options, findings);
  } catch (const kafka::BrokerError& error) {
    findings.problems.insert("As " + superuser.name + " of " + printable(options.users_file) +
                             ": " + error.what());
  }
  return findings;
}

// Logs what is new since the last round.
void log_news(const Findings& now, const Findings& before) {
  for (const std::string& remark : now.remarks) {
    if (!before.remarks.contains(remark)) base::log_info("note", {{"note", remark}});
  }
  for (const std::string& problem : now.problems) {
    if (!before.problems.contains(problem)) base::log_warning("problem", {{"problem", problem}});
  }
}

Findings round_or_problem(const BrokerOptions& options) {
  try {
    return run_round(options);
  } catch (const std::exception& error) {  // a file that is not there yet, or half written
    return {{error.what()}, {}};
  }
}

}  // namespace

std::chrono::seconds delay_after(int failures, std::chrono::seconds period) {
  if (failures == 0) return period;
  std::chrono::seconds delay = kFirstDelay;
  for (int i = 1; i < failures && delay < period; ++i) delay *= 2;
  return std::min(delay, period);
}

int broker_command(const BrokerOptions& options, base::Clock& clock) {
  Findings before;
  if (!options.watch) {
    const Findings findings = run_round(options);
    log_news(findings, before);
    if (!findings.problems.empty()) return kFailed;
    base::log_info("the brokers have what the data layer needs");
    return kDone;
  }
  static_cast<void>(connection_as({"x", "x", "SCRAM-SHA-512"}, options));  // a wrong flag ends it
  bool said_good = false;
  for (int failures = 0;;) {
    Findings now = round_or_problem(options);
    log_news(now, before);
    failures = now.problems.empty() ? 0 : failures + 1;
    if (failures == 0 && !said_good) base::log_info("the brokers have what the data layer needs");
    said_good = failures == 0;
    before = std::move(now);
    clock.sleep_for(delay_after(failures, options.period), {});
  }
}

}  // namespace argus::cli
