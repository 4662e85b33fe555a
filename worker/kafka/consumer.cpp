#include "kafka/consumer.h"

#include <array>

#include "base/log.h"
#include "kafka/client.h"

namespace argus::worker::kafka {
namespace {

// Messages that librdkafka holds ahead of poll(), in KiB. Pausing a partition throws its share
// away, so it is kept small; but when it is full, librdkafka before 2.2 does not fetch for a whole
// second, so that it must last for one.
constexpr int kPrefetchKib = 32 * 1024;
constexpr int kFetchBytes = 8 << 20;              // of one partition in one answer: several parts
constexpr int kQueueBackoffSetting = 0x02020000;  // the librdkafka that has it
constexpr int kSeekTimeoutMs = 10'000;
// How often a connection that was in trouble is tried, and how long.
constexpr std::chrono::seconds kProbePeriod{2};
constexpr int kProbeTimeoutMs = 500;

std::vector<TopicPartition> places_of(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> places;
  places.reserve(static_cast<std::size_t>(list->cnt));
  for (int i = 0; i < list->cnt; ++i) {
    places.push_back({list->elems[i].topic, list->elems[i].partition});
  }
  return places;
}

RecordHeaders headers_of(const rd_kafka_message_t* message) {
  RecordHeaders headers;
  rd_kafka_headers_t* raw = nullptr;
  if (rd_kafka_message_headers(message, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(raw, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    std::optional<std::string> text;
    if (value != nullptr) text.emplace(static_cast<const char*>(value), size);
    headers.emplace_back(name, std::move(text));
  }
  return headers;
}

Record record_of(const rd_kafka_message_t* message) {
  Record record;
  record.place = {rd_kafka_topic_name(message->rkt), message->partition};
  record.offset = message->offset;
  record.timestamp = std::chrono::system_clock::time_point(
      std::chrono::milliseconds(rd_kafka_message_timestamp(message, nullptr)));
  if (message->key != nullptr) {
    record.key.emplace(static_cast<const char*>(message->key), message->key_len);
  }
  if (message->payload != nullptr) {
    record.value.assign(static_cast<const char*>(message->payload), message->len);
  }
  record.headers = headers_of(message);
  return record;
}

}  // namespace

struct Consumer::State {
  Context context;
  Owned<rd_kafka_t> client;
  std::chrono::steady_clock::time_point next_probe;

  // Called inside rd_kafka_consumer_poll() and close, on the same thread.
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t event,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque) {
    RebalanceListener* listener = static_cast<Context*>(opaque)->listener;
    const auto places = places_of(partitions);
    Owned<rd_kafka_error_t> error;
    if (event == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      error.reset(rd_kafka_incremental_assign(client, partitions));
      listener->assigned(places);
    } else {
      if (rd_kafka_assignment_lost(client) != 0) {
        listener->lost(places);
      } else {
        listener->revoked(places);
      }
      error.reset(rd_kafka_incremental_unassign(client, partitions));
    }
    if (error) {
      base::log_error("rebalance failed", {{"reason", rd_kafka_error_string(error.get())}});
    }
  }

  // Nothing tells when the connection works again, so it is asked.
  void probe() {
    if (!context.board.read() || std::chrono::steady_clock::now() < next_probe) return;
    next_probe = std::chrono::steady_clock::now() + kProbePeriod;
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(client.get(), 0, nullptr, &metadata, kProbeTimeoutMs) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      context.board.clear();
      rd_kafka_metadata_destroy(metadata);
    }
  }

  void check_fatal() const {
    std::array<char, 512> reason{};
    const auto error = rd_kafka_fatal_error(client.get(), reason.data(), reason.size());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw BrokerError(true, explain(error, reason.data(), rd_kafka_version()));
    }
  }
};

Consumer::Consumer(const ConsumerOptions& options, RebalanceListener& listener)
    : state_(std::make_unique<State>()) {
  state_->context.listener = &listener;
  Owned<rd_kafka_conf_t> conf = connection_conf(options.connection, &state_->context);
  set(conf.get(), "group.id", options.group);
  set(conf.get(), "session.timeout.ms", std::to_string(options.session.count()));
  set(conf.get(), "heartbeat.interval.ms", std::to_string(options.session.count() / 4));
  set(conf.get(), "partition.assignment.strategy", "cooperative-sticky");
  set(conf.get(), "enable.auto.commit", "false");
  set(conf.get(), "enable.auto.offset.store", "false");
  set(conf.get(), "auto.offset.reset", options.offset_reset);
  set(conf.get(), "queued.max.messages.kbytes", std::to_string(kPrefetchKib));
  set(conf.get(), "max.partition.fetch.bytes", std::to_string(kFetchBytes));
  if (rd_kafka_version() >= kQueueBackoffSetting) {
    set(conf.get(), "fetch.queue.backoff.ms", "20");
  }
  set(conf.get(), "isolation.level", "read_committed");
  rd_kafka_conf_set_rebalance_cb(conf.get(), &State::on_rebalance);
  std::array<char, 512> reason{};
  state_->client.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), reason.data(), reason.size()));
  if (!state_->client) {
    throw BrokerError(true, std::string("The Kafka consumer cannot be made: ") + reason.data());
  }
  static_cast<void>(conf.release());  // the client owns it now
  rd_kafka_poll_set_consumer(state_->client.get());
  std::vector<TopicPartition> topics;
  for (const std::string& topic : options.topics) {
    topics.push_back({topic, RD_KAFKA_PARTITION_UA});
  }
  const auto error = rd_kafka_subscribe(state_->client.get(), list_of(topics).get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw BrokerError(true, explain(error, rd_kafka_err2str(error), rd_kafka_version()));
  }
}

Consumer::~Consumer() = default;

std::optional<Record> Consumer::poll(std::chrono::milliseconds timeout) {
  const Owned<rd_kafka_message_t> message(
      rd_kafka_consumer_poll(state_->client.get(), static_cast<int>(timeout.count())));
  state_->probe();
  if (!message) {
    state_->check_fatal();
    return std::nullopt;
  }
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    state_->check_fatal();
    const char* reason = rd_kafka_message_errstr(message.get());
    const std::string sentence =
        explain(message->err, reason == nullptr ? "" : reason, rd_kafka_version());
    base::log_warning("reading from the broker failed", {{"reason", sentence}});
    state_->context.board.put(sentence);
    return std::nullopt;
  }
  return record_of(message.get());
}

void Consumer::pause(std::span<const TopicPartition> partitions) {
  rd_kafka_pause_partitions(state_->client.get(), list_of(partitions).get());
}

void Consumer::resume(std::span<const TopicPartition> partitions) {
  rd_kafka_resume_partitions(state_->client.get(), list_of(partitions).get());
}

void Consumer::rewind(const std::map<TopicPartition, std::int64_t>& offsets) {
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [place, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)->offset =
        offset;
  }
  const Owned<rd_kafka_error_t> error(
      rd_kafka_seek_partitions(state_->client.get(), list.get(), kSeekTimeoutMs));
  if (error) throw BrokerError(false, rd_kafka_error_string(error.get()));
  for (int i = 0; i < list->cnt; ++i) {
    if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw BrokerError(false, rd_kafka_err2str(list->elems[i].err));
    }
  }
}

void Consumer::commit(const std::map<TopicPartition, std::int64_t>& offsets) {
  if (offsets.empty()) return;
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [place, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)->offset =
        offset;
  }
  const auto error = rd_kafka_commit(state_->client.get(), list.get(), 0);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw BrokerError(false, explain(error, rd_kafka_err2str(error), rd_kafka_version()));
  }
}

std::optional<std::int64_t> Consumer::end_offset(const TopicPartition& partition) {
  std::int64_t low = 0;
  std::int64_t high = 0;
  if (rd_kafka_get_watermark_offsets(state_->client.get(), partition.topic.c_str(),
                                     partition.partition, &low,
                                     &high) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      high < 0) {
    return std::nullopt;
  }
  return high;
}

void Consumer::close() { rd_kafka_consumer_close(state_->client.get()); }

std::optional<std::string> Consumer::problem() const { return state_->context.board.read(); }

}  // namespace argus::worker::kafka
