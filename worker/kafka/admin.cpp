#include "kafka/admin.h"

#include <algorithm>
#include <array>

#include "kafka/client.h"

namespace argus::worker::kafka {
namespace {

using Resource = AccessRule::Resource;
using Operation = AccessRule::Operation;
using Milliseconds = std::chrono::milliseconds;

// How long a client is left alone before it is asked whether it was refused: at first, and doubled
// each time, so that a slow broker has its time, too.
constexpr Milliseconds kFirstLook{250};
// The only name that a resource of this kind has.
constexpr const char* kClusterName = "kafka-cluster";

struct DestroyAdmin {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
  void operator()(rd_kafka_AclBinding_t* rule) const { rd_kafka_AclBinding_destroy(rule); }
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};
template <typename Type>
using OwnedAdmin = std::unique_ptr<Type, DestroyAdmin>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, DestroyAdmin>;

rd_kafka_ResourceType_t type_of(Resource resource) {
  switch (resource) {
    case Resource::kTopic:
      return RD_KAFKA_RESOURCE_TOPIC;
    case Resource::kGroup:
      return RD_KAFKA_RESOURCE_GROUP;
    case Resource::kCluster:
      break;
  }
  return RD_KAFKA_RESOURCE_BROKER;  // librdkafka's name for what the protocol calls CLUSTER, 4
}

constexpr std::array<std::pair<Operation, rd_kafka_AclOperation_t>, 4> kOperations = {
    {{Operation::kRead, RD_KAFKA_ACL_OPERATION_READ},
     {Operation::kWrite, RD_KAFKA_ACL_OPERATION_WRITE},
     {Operation::kDescribe, RD_KAFKA_ACL_OPERATION_DESCRIBE},
     {Operation::kIdempotentWrite, RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE}}};

rd_kafka_AclOperation_t operation_of(Operation wanted) {
  const auto* found = std::find_if(kOperations.begin(), kOperations.end(),
                                   [&](const auto& known) { return known.first == wanted; });
  return found->second;
}

OwnedAdmin<rd_kafka_AclBinding_t> binding_of(const AccessRule& rule) {
  std::array<char, 512> reason{};
  const bool cluster = rule.resource == Resource::kCluster;
  OwnedAdmin<rd_kafka_AclBinding_t> binding(rd_kafka_AclBinding_new(
      type_of(rule.resource), cluster ? kClusterName : rule.name.c_str(),
      rule.prefix ? RD_KAFKA_RESOURCE_PATTERN_PREFIXED : RD_KAFKA_RESOURCE_PATTERN_LITERAL,
      ("User:" + rule.user).c_str(), "*", operation_of(rule.operation),
      RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, reason.data(), reason.size()));
  if (!binding) throw BrokerError(true, std::string("An access rule is refused: ") + reason.data());
  return binding;
}

// std::nullopt for a rule of another kind: it stays as it is.
std::optional<AccessRule> rule_of(const rd_kafka_AclBinding_t* binding, const std::string& user) {
  AccessRule rule{user, Resource::kTopic, rd_kafka_AclBinding_name(binding), false,
                  Operation::kRead};
  switch (rd_kafka_AclBinding_restype(binding)) {
    case RD_KAFKA_RESOURCE_TOPIC:
      break;
    case RD_KAFKA_RESOURCE_GROUP:
      rule.resource = Resource::kGroup;
      break;
    case RD_KAFKA_RESOURCE_BROKER:
      rule.resource = Resource::kCluster;
      rule.name.clear();
      break;
    default:
      return std::nullopt;
  }
  const auto operation = rd_kafka_AclBinding_operation(binding);
  const auto* found = std::find_if(kOperations.begin(), kOperations.end(),
                                   [&](const auto& known) { return known.second == operation; });
  if (found == kOperations.end() || std::string(rd_kafka_AclBinding_host(binding)) != "*" ||
      rd_kafka_AclBinding_permission_type(binding) != RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW) {
    return std::nullopt;
  }
  rule.operation = found->first;
  rule.prefix =
      rd_kafka_AclBinding_resource_pattern_type(binding) == RD_KAFKA_RESOURCE_PATTERN_PREFIXED;
  return rule;
}

Owned<rd_kafka_t> make_client(const ConnectionOptions& connection, Context& context) {
  context.quiet = true;  // what is wrong is in the sentence that is thrown
  Owned<rd_kafka_conf_t> conf = connection_conf(connection, &context);
  std::array<char, 512> reason{};
  Owned<rd_kafka_t> client(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason.data(), reason.size()));
  if (!client) {
    throw BrokerError(true, std::string("The Kafka client cannot be made: ") + reason.data());
  }
  static_cast<void>(conf.release());
  return client;
}

// nullptr when the brokers refuse the login, or do not answer in time: then `error` says why.
Metadata metadata_of(rd_kafka_t* client, const Context& context, bool all_topics,
                     Milliseconds patience, rd_kafka_resp_err_t& error) {
  error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  Milliseconds look = kFirstLook;
  while (patience.count() > 0 && !context.login_refused) {
    look = std::min(look, patience);
    const rd_kafka_metadata_t* raw = nullptr;
    error = rd_kafka_metadata(client, all_topics ? 1 : 0, nullptr, &raw,
                              static_cast<int>(look.count()));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Metadata(raw);
    rd_kafka_poll(client, 0);  // brings what the callbacks are told
    patience -= look;
    look *= 2;
  }
  return nullptr;
}

TopicState state_of(const rd_kafka_metadata_topic_t& topic) {
  TopicState state{topic.partition_cnt, 0};
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const int copies = topic.partitions[i].replica_cnt;
    state.copies = i == 0 ? copies : std::min(state.copies, copies);
  }
  return state;
}

}  // namespace

std::string to_text(const AccessRule& rule) {
  if (rule.operation == Operation::kIdempotentWrite) return "write idempotently";
  const char* const operation = rule.operation == Operation::kRead    ? "read"
                                : rule.operation == Operation::kWrite ? "write"
                                                                      : "describe";
  const char* const resource = rule.resource == Resource::kTopic   ? " topics "
                               : rule.resource == Resource::kGroup ? " groups "
                                                                   : " the cluster";
  return std::string(operation) + resource + rule.name + (rule.prefix ? "*" : "");
}

struct Admin::State {
  Context context;
  Milliseconds patience;
  Owned<rd_kafka_t> client;
  OwnedAdmin<rd_kafka_queue_t> queue;

  // What librdkafka says, or, when it cannot even connect, why.
  [[noreturn]] void fail(const std::string& what, rd_kafka_resp_err_t error, const char* reason) {
    const bool lost = error == RD_KAFKA_RESP_ERR__TIMED_OUT ||
                      error == RD_KAFKA_RESP_ERR__TRANSPORT ||
                      error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
    rd_kafka_poll(client.get(), 0);  // brings what the callbacks are told
    const auto problem = context.board.read();
    const std::string text = reason == nullptr ? rd_kafka_err2str(error) : reason;
    const std::string sentence =
        what + ": " + (lost && problem ? *problem : explain(error, text, rd_kafka_version()));
    if (lost && context.login_refused) throw LoginRefused(sentence);
    if (lost) throw BrokersSilent(sentence);
    throw BrokerError(false, sentence);
  }

  OwnedAdmin<rd_kafka_AdminOptions_t> options(rd_kafka_admin_op_t operation) {
    OwnedAdmin<rd_kafka_AdminOptions_t> made(rd_kafka_AdminOptions_new(client.get(), operation));
    std::array<char, 512> reason{};
    rd_kafka_AdminOptions_set_request_timeout(made.get(), static_cast<int>(patience.count()),
                                              reason.data(), reason.size());
    return made;
  }

  OwnedAdmin<rd_kafka_event_t> answer(const std::string& what) {
    // The request has a limit of its own, so an event comes in any case.
    OwnedAdmin<rd_kafka_event_t> event(rd_kafka_queue_poll(queue.get(), -1));
    const auto error = rd_kafka_event_error(event.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail(what, error, rd_kafka_event_error_string(event.get()));
    }
    return event;
  }
};

Admin::Admin(const ConnectionOptions& connection, Milliseconds patience)
    : state_(std::make_unique<State>()) {
  state_->patience = patience;
  state_->client = make_client(connection, state_->context);
  state_->queue.reset(rd_kafka_queue_new(state_->client.get()));
}

Admin::~Admin() = default;

ClusterState Admin::describe() {
  rd_kafka_resp_err_t error{};
  const Metadata metadata =
      metadata_of(state_->client.get(), state_->context, true, state_->patience, error);
  if (!metadata) state_->fail("Topics cannot be listed", error, nullptr);
  ClusterState cluster;
  cluster.brokers = metadata->broker_cnt;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    cluster.topics[metadata->topics[i].topic] = state_of(metadata->topics[i]);
  }
  return cluster;
}

bool Admin::create(const NewTopic& topic) {
  std::array<char, 512> reason{};
  const OwnedAdmin<rd_kafka_NewTopic_t> wanted(
      rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication_factor,
                            reason.data(), reason.size()));
  if (!wanted) throw BrokerError(true, "Topic " + topic.name + " is refused: " + reason.data());
  const std::string what = "Topic " + topic.name + " cannot be created";
  rd_kafka_NewTopic_t* list[] = {wanted.get()};
  const auto options = state_->options(RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_CreateTopics(state_->client.get(), list, 1, options.get(), state_->queue.get());
  const auto event = state_->answer(what);
  std::size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event.get());
  const auto** topics = rd_kafka_CreateTopics_result_topics(result, &count);
  if (count != 1) throw BrokerError(false, what + ": the broker's answer is empty");
  const auto error = rd_kafka_topic_result_error(topics[0]);
  if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    state_->fail(what, error, rd_kafka_topic_result_error_string(topics[0]));
  }
  return true;
}

// A broker that checks no rules says so in its answer, but librdkafka 2.0 loses that.
std::set<AccessRule> Admin::rules_of(const std::string& user) {
  std::array<char, 512> reason{};
  const OwnedAdmin<rd_kafka_AclBinding_t> filter(rd_kafka_AclBindingFilter_new(
      RD_KAFKA_RESOURCE_ANY, nullptr, RD_KAFKA_RESOURCE_PATTERN_ANY, ("User:" + user).c_str(),
      nullptr, RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, reason.data(),
      reason.size()));
  if (!filter) throw BrokerError(true, std::string("Access rules: ") + reason.data());
  const auto options = state_->options(RD_KAFKA_ADMIN_OP_DESCRIBEACLS);
  rd_kafka_DescribeAcls(state_->client.get(), filter.get(), options.get(), state_->queue.get());
  const auto event = state_->answer("Access rules cannot be listed");
  std::size_t count = 0;
  const auto* result = rd_kafka_event_DescribeAcls_result(event.get());
  const auto** bindings = rd_kafka_DescribeAcls_result_acls(result, &count);
  std::set<AccessRule> rules;
  for (std::size_t i = 0; i < count; ++i) {
    if (auto rule = rule_of(bindings[i], user)) rules.insert(std::move(*rule));
  }
  return rules;
}

bool Admin::allow(const AccessRule& rule) {
  const auto binding = binding_of(rule);
  const std::string what = "The user " + rule.user + " cannot be allowed to " + to_text(rule);
  rd_kafka_AclBinding_t* list[] = {binding.get()};
  const auto options = state_->options(RD_KAFKA_ADMIN_OP_CREATEACLS);
  rd_kafka_CreateAcls(state_->client.get(), list, 1, options.get(), state_->queue.get());
  const auto event = state_->answer(what);
  std::size_t count = 0;
  const auto* result = rd_kafka_event_CreateAcls_result(event.get());
  const auto** answers = rd_kafka_CreateAcls_result_acls(result, &count);
  if (count != 1) throw BrokerError(false, what + ": the broker's answer is empty");
  if (const auto* error = rd_kafka_acl_result_error(answers[0])) {
    if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_SECURITY_DISABLED) return false;
    state_->fail(what, rd_kafka_error_code(error), rd_kafka_error_string(error));
  }
  return true;
}

bool may_log_in(const ConnectionOptions& connection, Milliseconds patience) {
  Context context;
  const Owned<rd_kafka_t> client = make_client(connection, context);
  rd_kafka_resp_err_t error{};
  if (metadata_of(client.get(), context, false, patience, error)) return true;
  if (context.login_refused) return false;
  throw BrokersSilent(
      context.board.read().value_or(explain(error, rd_kafka_err2str(error), rd_kafka_version())));
}

}  // namespace argus::worker::kafka
