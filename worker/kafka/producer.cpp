#include "kafka/producer.h"

#include <array>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "kafka/client.h"

namespace argus::worker::kafka {
namespace {

// One call of publish(): how many reports are awaited, and the first failure. Shared with the
// messages in flight, so that a late report finds it.
struct Delivery {
  base::Mutex mutex;
  base::ConditionVariable all_reported;
  std::size_t awaited ARGUS_GUARDED_BY(mutex);
  rd_kafka_resp_err_t failure ARGUS_GUARDED_BY(mutex) = RD_KAFKA_RESP_ERR_NO_ERROR;

  explicit Delivery(std::size_t records) : awaited(records) {}
};

// Called on the polling thread.
void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  const std::unique_ptr<std::shared_ptr<Delivery>> handle(
      static_cast<std::shared_ptr<Delivery>*>(message->_private));
  Delivery& delivery = **handle;
  const base::MutexLock lock(delivery.mutex);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) delivery.failure = message->err;
  if (--delivery.awaited == 0) delivery.all_reported.notify_all();
}

rd_kafka_headers_t* headers_of(const RecordHeaders& headers) {
  rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
  for (const auto& [name, value] : headers) {
    rd_kafka_header_add(list, name.c_str(), static_cast<ssize_t>(name.size()),
                        value ? value->data() : nullptr,
                        value ? static_cast<ssize_t>(value->size()) : 0);
  }
  return list;
}

// One client of librdkafka, and the thread that serves its delivery reports.
struct Client {
  Owned<rd_kafka_t> client;
  std::jthread poller;

  Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() {
    if (!client) return;
    // What is in flight is reported as failed now: nobody waits for it any longer.
    rd_kafka_purge(client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client.get(), 1000);
    poller = {};
  }

  // Hands one message to librdkafka; waits while its queue is full.
  rd_kafka_resp_err_t send(const OutboundRecord& record,
                           const std::shared_ptr<Delivery>& delivery) {
    rd_kafka_headers_t* headers = headers_of(record.headers);
    auto handle = std::make_unique<std::shared_ptr<Delivery>>(delivery);
    const void* key = record.key ? record.key->data() : nullptr;
    const std::size_t key_bytes = record.key ? record.key->size() : 0;
    void* value = const_cast<char*>(record.value.data());  // copied, never written to
    while (true) {
      // librdkafka takes headers and handle over only when it accepts the message.
      const auto error = rd_kafka_producev(
          client.get(), RD_KAFKA_V_TOPIC(record.topic.c_str()), RD_KAFKA_V_KEY(key, key_bytes),
          RD_KAFKA_V_VALUE(value, record.value.size()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
          RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(handle.get()), RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        static_cast<void>(handle.release());
        return error;
      }
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_headers_destroy(headers);
        return error;
      }
      // Delivery reports empty the queue on the polling thread.
      rd_kafka_flush(client.get(), 50);
    }
  }
};

std::shared_ptr<Client> open_client(const ProducerOptions& options, Context& context) {
  Owned<rd_kafka_conf_t> conf = connection_conf(options.connection, &context);
  set(conf.get(), "enable.idempotence", "true");
  set(conf.get(), "acks", "all");
  set(conf.get(), "compression.type", "lz4");
  set(conf.get(), "linger.ms", "5");
  set(conf.get(), "delivery.timeout.ms", std::to_string(options.delivery_timeout.count()));
  set(conf.get(), "queue.buffering.max.kbytes", "65536");
  // How long a topic may be unknown before that is what a message fails for, and not for the time.
  set(conf.get(), "topic.metadata.propagation.max.ms", "5000");
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  std::array<char, 512> reason{};
  auto opened = std::make_shared<Client>();
  opened->client.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason.data(), reason.size()));
  if (!opened->client) {
    throw BrokerError(true, std::string("The Kafka producer cannot be made: ") + reason.data());
  }
  static_cast<void>(conf.release());
  opened->poller = std::jthread([client = opened->client.get()](std::stop_token stop) {
    while (!stop.stop_requested()) rd_kafka_poll(client, 100);
  });
  return opened;
}

}  // namespace

struct Producer::State {
  const ProducerOptions options;
  Context context;
  base::Mutex mutex;
  // Whoever publishes holds the one that he began with.
  std::shared_ptr<Client> present ARGUS_GUARDED_BY(mutex);

  explicit State(const ProducerOptions& given) : options(given) {}

  // A client that failed fatally (a permission that was missing when it asked for its number, a
  // sequence that the broker lost) never publishes again: another takes its place.
  std::shared_ptr<Client> client() {
    std::shared_ptr<Client> broken;  // ends after the lock: it waits for its last reports
    const base::MutexLock lock(mutex);
    if (!present ||
        rd_kafka_fatal_error(present->client.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (present) base::log_warning("replacing the Kafka producer", {});
      broken = std::exchange(present, open_client(options, context));
    }
    return present;
  }
};

Producer::Producer(const ProducerOptions& options) : state_(std::make_unique<State>(options)) {
  static_cast<void>(state_->client());
}

Producer::~Producer() = default;

void Producer::publish(std::span<const OutboundRecord> records) {
  if (records.empty()) return;
  const std::shared_ptr<Client> client = state_->client();
  const auto delivery = std::make_shared<Delivery>(records.size());
  std::size_t sent = 0;
  rd_kafka_resp_err_t failure = RD_KAFKA_RESP_ERR_NO_ERROR;
  for (const OutboundRecord& record : records) {
    failure = client->send(record, delivery);
    if (failure != RD_KAFKA_RESP_ERR_NO_ERROR) break;
    ++sent;
  }
  base::MutexLock lock(delivery->mutex);
  delivery->awaited -= records.size() - sent;
  // Ends by delivery.timeout.ms at the latest: librdkafka reports every message it took.
  delivery->all_reported.wait(
      lock, [&]() ARGUS_REQUIRES(delivery->mutex) { return delivery->awaited == 0; });
  if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) failure = delivery->failure;
  if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) {
    state_->context.board.clear();
    return;
  }
  std::string text = "Publishing to " + records.front().topic +
                     " failed: " + explain(failure, rd_kafka_err2str(failure), rd_kafka_version());
  if (const auto problem = state_->context.board.read()) text += " " + *problem;
  state_->context.board.clear();
  throw BrokerError(false, text);
}

void Producer::require_topic(const std::string& topic, std::chrono::milliseconds patience) {
  const std::shared_ptr<Client> held = state_->client();
  rd_kafka_t* client = held->client.get();
  const Owned<rd_kafka_topic_t> handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  auto error =
      rd_kafka_metadata(client, 0, handle.get(), &metadata, static_cast<int>(patience.count()));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    error = metadata->topic_cnt == 0 ? RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC : metadata->topics[0].err;
    rd_kafka_metadata_destroy(metadata);
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const auto problem = state_->context.board.read();
  throw BrokerError(false, problem.value_or(explain(error, topic + ": " + rd_kafka_err2str(error),
                                                    rd_kafka_version())));
}

void Producer::fail_fatally() {
  rd_kafka_test_fatal_error(state_->client()->client.get(),
                            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "asked for by a test");
}

}  // namespace argus::worker::kafka
