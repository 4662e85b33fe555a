// What consumer and producer share of librdkafka: configuration, ownership, errors as sentences.
// Only sources of this room include it.
//
// Threads: ProblemBoard from any thread. Failure: BrokerError for a configuration that librdkafka
// refuses.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/mutex.h"
#include "kafka/options.h"
#include "kafka/source.h"

namespace argus::worker::kafka {

struct Destroy {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
};
template <typename Type>
using Owned = std::unique_ptr<Type, Destroy>;

// The last thing that librdkafka complained about, for readiness.
class ProblemBoard {
 public:
  void put(std::string sentence);
  void put_if_none(std::string sentence);
  void clear();
  [[nodiscard]] std::optional<std::string> read() const;

 private:
  mutable base::Mutex mutex_;
  std::optional<std::string> sentence_ ARGUS_GUARDED_BY(mutex_);
};

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value);

// A client's opaque pointer: what its callbacks need. Outlives the client.
struct Context {
  ProblemBoard board;
  bool quiet = false;  // trouble is not logged
  std::atomic<bool> login_refused = false;
  RebalanceListener* listener = nullptr;  // of a consumer
};

// Connection, authentication, and error and log callbacks.
Owned<rd_kafka_conf_t> connection_conf(const ConnectionOptions& options, Context* context);

Owned<rd_kafka_topic_partition_list_t> list_of(std::span<const TopicPartition> partitions);

// librdkafka's reason as a sentence that says what to do. `version` is rd_kafka_version().
std::string explain(rd_kafka_resp_err_t error, const std::string& reason, int version);

}  // namespace argus::worker::kafka
