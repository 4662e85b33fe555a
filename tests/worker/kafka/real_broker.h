// The broker that the environment names, and topics of a test's own on it.
//
//   ARGUS_TEST_KAFKA=host:port ARGUS_TEST_KAFKA_USER, ARGUS_TEST_KAFKA_PASSWORD_FILE
//   ARGUS_TEST_KAFKA_SUPERUSER, ARGUS_TEST_KAFKA_SUPERUSER_PASSWORD_FILE: who may give permissions
//
// Threads: free functions; a RealTopic belongs to one test. Failure: std::runtime_error when the
// broker does not do as it is asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/options.h"
#include "kafka/producer.h"

namespace argus::worker::kafka {

// Empty when the environment names none.
std::optional<ConnectionOptions> real_broker();

// The same broker as the superuser.
std::optional<ConnectionOptions> real_broker_as_superuser();

// What is not there is no failure.
void remove_topic(const ConnectionOptions& broker, const std::string& name);
// Every access rule of a user.
void remove_rules(const ConnectionOptions& broker, const std::string& user);

// A name that no other test, process or run uses.
std::string unique_name(const std::string& purpose);

// Exists as long as the object does.
class RealTopic {
 public:
  RealTopic(const ConnectionOptions& broker, int partitions)
      : RealTopic(broker, unique_name("topic"), partitions) {}
  RealTopic(const ConnectionOptions& broker, std::string name, int partitions);
  ~RealTopic();
  RealTopic(const RealTopic&) = delete;
  RealTopic& operator=(const RealTopic&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  const ConnectionOptions broker_;
  const std::string name_;
};

}  // namespace argus::worker::kafka
