#include "topics.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <map>
#include <stdexcept>

namespace argus::worker::live {
namespace {

constexpr int kTimeoutMs = 30'000;

template <typename Type, void (*destroy)(Type*)>
struct Destroy {
  void operator()(Type* object) const { destroy(object); }
};
template <typename Type, void (*destroy)(Type*)>
using Owned = std::unique_ptr<Type, Destroy<Type, destroy>>;
using Client = Owned<rd_kafka_t, rd_kafka_destroy>;
using Places = Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;

Client make_client(const kafka::ConnectionOptions& connection,
                   std::map<std::string, std::string> settings) {
  settings["bootstrap.servers"] = connection.bootstrap_servers;
  settings["security.protocol"] = connection.security_protocol;
  settings["sasl.mechanism"] = connection.sasl_mechanism;
  settings["sasl.username"] = connection.username;
  settings["sasl.password"] = connection.password;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  std::array<char, 512> reason{};
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size()) !=
        RD_KAFKA_CONF_OK) {
      throw std::runtime_error(reason.data());
    }
  }
  Client client(rd_kafka_new(settings.contains("group.id") ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER,
                             conf, reason.data(), reason.size()));
  if (!client) throw std::runtime_error(reason.data());
  return client;
}

void create(rd_kafka_t* client, const std::map<std::string, int>& topics) {
  std::vector<rd_kafka_NewTopic_t*> wanted;
  for (const auto& [name, partitions] : topics) {
    wanted.push_back(rd_kafka_NewTopic_new(name.c_str(), partitions, 1, nullptr, 0));
  }
  const Owned<rd_kafka_queue_t, rd_kafka_queue_destroy> queue(rd_kafka_queue_new(client));
  rd_kafka_CreateTopics(client, wanted.data(), wanted.size(), nullptr, queue.get());
  rd_kafka_NewTopic_destroy_array(wanted.data(), wanted.size());
  const Owned<rd_kafka_event_t, rd_kafka_event_destroy> event(
      rd_kafka_queue_poll(queue.get(), kTimeoutMs));
  if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(std::string("The topics cannot be created: ") +
                             (event ? rd_kafka_event_error_string(event.get()) : "no answer"));
  }
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (rd_kafka_topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error(rd_kafka_topic_result_error_string(results[i]));
    }
  }
}

void remove(rd_kafka_t* client, const std::vector<std::string>& topics) {
  std::vector<rd_kafka_DeleteTopic_t*> wanted;
  for (const auto& name : topics) wanted.push_back(rd_kafka_DeleteTopic_new(name.c_str()));
  const Owned<rd_kafka_queue_t, rd_kafka_queue_destroy> queue(rd_kafka_queue_new(client));
  rd_kafka_DeleteTopics(client, wanted.data(), wanted.size(), nullptr, queue.get());
  rd_kafka_DeleteTopic_destroy_array(wanted.data(), wanted.size());
  const Owned<rd_kafka_event_t, rd_kafka_event_destroy> event(
      rd_kafka_queue_poll(queue.get(), kTimeoutMs));
}

std::int64_t end_of(rd_kafka_t* client, const std::string& topic, int partition) {
  std::int64_t low = 0;
  std::int64_t high = 0;
  const auto error =
      rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &low, &high, kTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
  return high;
}

kafka::Record record_of(const rd_kafka_message_t* message) {
  kafka::Record record;
  record.place = {rd_kafka_topic_name(message->rkt), message->partition};
  record.offset = message->offset;
  if (message->key != nullptr) {
    record.key.emplace(static_cast<const char*>(message->key), message->key_len);
  }
  record.value.assign(static_cast<const char*>(message->payload), message->len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
  }
  return record;
}

}  // namespace

struct Topics::Clients {
  Client admin;
  std::map<std::string, Client> by_group;
};

Topics::Topics(kafka::ConnectionOptions connection, std::string prefix, int partitions)
    : connection_(std::move(connection)), prefix_(std::move(prefix)), partitions_(partitions) {
  clients_ = std::make_unique<Clients>();
  clients_->admin = make_client(connection_, {});
  create(clients_->admin.get(), {{ingested(), partitions}, {analyzed(), 1}, {dead_letters(), 1}});
  producer_ = std::make_unique<kafka::Producer>(kafka::ProducerOptions{connection_});
}

Topics::~Topics() {
  try {
    remove(clients_->admin.get(), {ingested(), analyzed(), dead_letters()});
  } catch (const std::exception&) {  // they stay: their names are never used again
  }
}

void Topics::add(const std::string& topic) { create(clients_->admin.get(), {{topic, 1}}); }

void Topics::drop(const std::string& topic) { remove(clients_->admin.get(), {topic}); }

void Topics::publish(const OutboundEvent& event) {
  kafka::OutboundRecord record{ingested(), event.key, event.value, {}};
  for (const auto& [name, value] : event.headers) record.headers.emplace_back(name, value);
  publish(std::span(&record, 1));
}

void Topics::publish(std::span<const kafka::OutboundRecord> records) {
  producer_->publish(records);
}

std::vector<kafka::Record> Topics::read(const std::string& topic) const {
  const Client client = make_client(connection_, {{"group.id", prefix_ + "reader"}});
  rd_kafka_poll_set_consumer(client.get());
  const Places places(rd_kafka_topic_partition_list_new(1));
  std::int64_t awaited = 0;
  for (int i = 0; i < (topic == ingested() ? partitions_ : 1); ++i) {
    rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), i)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
    awaited += end_of(client.get(), topic, i);
  }
  rd_kafka_assign(client.get(), places.get());
  std::vector<kafka::Record> records;
  while (static_cast<std::int64_t>(records.size()) < awaited) {
    const Owned<rd_kafka_message_t, rd_kafka_message_destroy> message(
        rd_kafka_consumer_poll(client.get(), kTimeoutMs));
    if (!message) throw std::runtime_error("The broker does not deliver " + topic);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) records.push_back(record_of(message.get()));
  }
  return records;
}

std::int64_t Topics::end(const std::string& topic) const {
  std::int64_t sum = 0;
  for (int i = 0; i < (topic == ingested() ? partitions_ : 1); ++i) {
    sum += end_of(clients_->admin.get(), topic, i);
  }
  return sum;
}

std::int64_t Topics::committed(const std::string& group) const {
  Client& client = clients_->by_group[group];
  if (!client) client = make_client(connection_, {{"group.id", group}});
  const Places places(rd_kafka_topic_partition_list_new(1));
  for (int i = 0; i < partitions_; ++i) {
    rd_kafka_topic_partition_list_add(places.get(), ingested().c_str(), i);
  }
  const auto error = rd_kafka_committed(client.get(), places.get(), kTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
  std::int64_t sum = 0;
  for (int i = 0; i < places->cnt; ++i) sum += std::max<std::int64_t>(0, places->elems[i].offset);
  return sum;
}

}  // namespace argus::worker::live
