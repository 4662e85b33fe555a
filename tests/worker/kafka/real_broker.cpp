#include "real_broker.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>

#include "kafka/client.h"

namespace argus::worker::kafka {
namespace {

constexpr int kTimeoutMs = 30'000;

using Queue = std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)>;
using Event = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;

// A client that creates and deletes.
class Client {
 public:
  explicit Client(const ConnectionOptions& broker) {
    Owned<rd_kafka_conf_t> conf = connection_conf(broker, &context_);
    std::array<char, 512> reason{};
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason.data(), reason.size()));
    if (!client_) throw std::runtime_error(reason.data());
    static_cast<void>(conf.release());
    queue_ = Queue(rd_kafka_queue_new(client_.get()), rd_kafka_queue_destroy);
  }

  void create(const std::string& name, int partitions) {
    std::array<char, 512> reason{};
    rd_kafka_NewTopic_t* topic =
        rd_kafka_NewTopic_new(name.c_str(), partitions, 1, reason.data(), reason.size());
    if (topic == nullptr) throw std::runtime_error(reason.data());
    rd_kafka_CreateTopics(client_.get(), &topic, 1, nullptr, queue_.get());
    rd_kafka_NewTopic_destroy(topic);
    const Event event(rd_kafka_queue_poll(queue_.get(), kTimeoutMs), rd_kafka_event_destroy);
    std::size_t count = 0;
    const auto* result = rd_kafka_event_CreateTopics_result(event.get());
    const auto** topics = rd_kafka_CreateTopics_result_topics(result, &count);
    if (count != 1 || rd_kafka_topic_result_error(topics[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error("the topic " + name + " cannot be created");
    }
  }

  void remove(const std::string& name) {
    rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
    rd_kafka_DeleteTopics(client_.get(), &topic, 1, nullptr, queue_.get());
    rd_kafka_DeleteTopic_destroy(topic);
    const Event event(rd_kafka_queue_poll(queue_.get(), kTimeoutMs), rd_kafka_event_destroy);
  }

  void remove_rules(const std::string& user) {
    std::array<char, 512> reason{};
    rd_kafka_AclBindingFilter_t* filter = rd_kafka_AclBindingFilter_new(
        RD_KAFKA_RESOURCE_ANY, nullptr, RD_KAFKA_RESOURCE_PATTERN_ANY, ("User:" + user).c_str(),
        nullptr, RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, reason.data(),
        reason.size());
    if (filter == nullptr) throw std::runtime_error(reason.data());
    rd_kafka_DeleteAcls(client_.get(), &filter, 1, nullptr, queue_.get());
    rd_kafka_AclBinding_destroy(filter);
    const Event event(rd_kafka_queue_poll(queue_.get(), kTimeoutMs), rd_kafka_event_destroy);
    if (!event) throw std::runtime_error("no rules are removed: no answer");
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error(rd_kafka_event_error_string(event.get()));
    }
  }

 private:
  Context context_;
  Owned<rd_kafka_t> client_;
  Queue queue_{nullptr, rd_kafka_queue_destroy};
};

void log_in(ConnectionOptions& broker, const char* user_variable, const char* file_variable) {
  if (const char* user = std::getenv(user_variable)) broker.username = user;
  if (const char* file = std::getenv(file_variable)) std::ifstream(file) >> broker.password;
}

}  // namespace

std::optional<ConnectionOptions> real_broker() {
  const char* servers = std::getenv("ARGUS_TEST_KAFKA");
  if (servers == nullptr) return std::nullopt;
  ConnectionOptions broker;
  broker.bootstrap_servers = servers;
  broker.client_id = "argus-test";
  log_in(broker, "ARGUS_TEST_KAFKA_USER", "ARGUS_TEST_KAFKA_PASSWORD_FILE");
  return broker;
}

std::optional<ConnectionOptions> real_broker_as_superuser() {
  auto broker = real_broker();
  if (!broker || std::getenv("ARGUS_TEST_KAFKA_SUPERUSER") == nullptr) return std::nullopt;
  log_in(*broker, "ARGUS_TEST_KAFKA_SUPERUSER", "ARGUS_TEST_KAFKA_SUPERUSER_PASSWORD_FILE");
  return broker;
}

void remove_topic(const ConnectionOptions& broker, const std::string& name) {
  Client(broker).remove(name);
}

void remove_rules(const ConnectionOptions& broker, const std::string& user) {
  Client(broker).remove_rules(user);
}

std::string unique_name(const std::string& purpose) {
  static const std::string kRun =
      std::to_string(getpid()) + "-" + std::to_string(std::random_device()());
  static std::atomic<int> count{0};
  return "argus-test-" + purpose + "-" + kRun + "-" + std::to_string(++count);
}

RealTopic::RealTopic(const ConnectionOptions& broker, std::string name, int partitions)
    : broker_(broker), name_(std::move(name)) {
  Client(broker_).create(name_, partitions);
}

RealTopic::~RealTopic() { Client(broker_).remove(name_); }

}  // namespace argus::worker::kafka
