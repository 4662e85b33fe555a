#include "kafka/client.h"

#include <array>

#include "base/log.h"

namespace argus::worker::kafka {
namespace {

// Before this version librdkafka repeats the client's nonce in SCRAM, which Kafka 4 refuses.
constexpr int kScramNonceFixed = 0x02060100;

// Called on librdkafka's threads: must not throw.
void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) {
  try {
    const auto error = static_cast<rd_kafka_resp_err_t>(code);
    const std::string sentence = explain(error, reason, rd_kafka_version());
    auto& context = *static_cast<Context*>(opaque);
    if (!context.quiet) base::log_warning("broker problem", {{"problem", sentence}});
    if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION) context.login_refused = true;
    const bool serious = error == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
                         error == RD_KAFKA_RESP_ERR__RESOLVE ||
                         rd_kafka_fatal_error(client, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
    ProblemBoard& board = context.board;
    if (serious) board.put(sentence);
    // A refused login leads to it, too, and says more.
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) board.put_if_none(sentence);
  } catch (...) {  // no memory for a message about trouble: the next one may fit
  }
}

void on_log(const rd_kafka_t*, int level, const char* facility, const char* text) {
  try {
    constexpr int kSyslogWarning = 4;
    if (level <= kSyslogWarning) {
      base::log_debug("librdkafka", {{"facility", facility}, {"text", text}});
    }
  } catch (...) {  // as above
  }
}

}  // namespace

void ProblemBoard::put(std::string sentence) {
  const base::MutexLock lock(mutex_);
  sentence_ = std::move(sentence);
}

void ProblemBoard::put_if_none(std::string sentence) {
  const base::MutexLock lock(mutex_);
  if (!sentence_) sentence_ = std::move(sentence);
}

void ProblemBoard::clear() {
  const base::MutexLock lock(mutex_);
  sentence_.reset();
}

std::optional<std::string> ProblemBoard::read() const {
  const base::MutexLock lock(mutex_);
  return sentence_;
}

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  std::array<char, 512> reason{};
  if (rd_kafka_conf_set(conf, name, value.c_str(), reason.data(), reason.size()) !=
      RD_KAFKA_CONF_OK) {
    throw BrokerError(true, std::string("The Kafka client refuses ") + name + ": " + reason.data());
  }
}

Owned<rd_kafka_conf_t> connection_conf(const ConnectionOptions& options, Context* context) {
  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  set(conf.get(), "bootstrap.servers", options.bootstrap_servers);
  set(conf.get(), "client.id", options.client_id);
  set(conf.get(), "security.protocol", options.security_protocol);
  set(conf.get(), "reconnect.backoff.max.ms", "2000");
  set(conf.get(), "socket.keepalive.enable", "true");
  if (options.security_protocol.rfind("SASL_", 0) == 0) {
    set(conf.get(), "sasl.mechanism", options.sasl_mechanism);
    set(conf.get(), "sasl.username", options.username);
    set(conf.get(), "sasl.password", options.password);
  }
  if (!options.ca_file.empty()) set(conf.get(), "ssl.ca.location", options.ca_file);
  rd_kafka_conf_set_opaque(conf.get(), context);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  return conf;
}

Owned<rd_kafka_topic_partition_list_t> list_of(std::span<const TopicPartition> partitions) {
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& place : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition);
  }
  return list;
}

std::string explain(rd_kafka_resp_err_t error, const std::string& reason, int version) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION: {
      std::string text = "The broker refuses the login (" + reason +
                         "): check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and "
                         "KAFKA_SASL_MECHANISM.";
      if (version < kScramNonceFixed) {
        text +=
            " If they are right and the broker is Kafka 4 or newer: this program uses "
            "librdkafka " +
            std::string(rd_kafka_version_str()) +
            ", whose SCRAM it refuses; use 2.6.1 or newer (Debian 13 has it), or Kafka 3.9.";
      }
      return text;
    }
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
      return "No broker can be reached (" + reason +
             "): check KAFKA_BOOTSTRAP_SERVERS and that "
             "the broker runs.";
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      return "A topic does not exist (" + reason + "): create it, see docs/events.md.";
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return "The broker's access rules forbid it (" + reason + "): grant the user access.";
    default:
      return reason.empty() ? rd_kafka_err2str(error) : reason;
  }
}

}  // namespace argus::worker::kafka
