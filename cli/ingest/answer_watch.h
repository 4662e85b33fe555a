// Waits for what the worker says about one ingestion: argus.codebase.analyzed, or a message of it
// in argus.dlq. In place before the first part is sent, so that no answer is missed.
//
// Threads: reads on a thread of its own, which the destructor stops; the methods are called from
// one. Failure: kafka::BrokerError from the methods, also what the reading thread met.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <variant>

#include "base/mutex.h"
#include "event/analyzed_event.h"
#include "kafka/source.h"

namespace argus::cli {

// The worker refused a message of the ingestion.
struct Refusal {
  std::string word;     // for machines: hash_mismatch
  std::string message;  // for people: one sentence
  std::string event;    // the id of the message refused
};

using Answer = std::variant<worker::AnalyzedSummary, Refusal>;

struct WatchedIngestion {
  std::string ingestion_id;
  std::string dataset;
  std::string analyzed_topic;
  std::string dead_letter_topic;
};

// What a message says about the ingestion; pure.
[[nodiscard]] std::optional<Answer> answer_in(const worker::kafka::Record& record,
                                              const WatchedIngestion& ingestion);

class AnswerWatch final : private worker::kafka::RebalanceListener {
 public:
  using MakeSource = std::function<std::unique_ptr<worker::kafka::Source>(
      worker::kafka::RebalanceListener& listener)>;

  // The source reads both topics from their end on.
  AnswerWatch(WatchedIngestion ingestion, MakeSource make_source);
  ~AnswerWatch() override;
  AnswerWatch(const AnswerWatch&) = delete;
  AnswerWatch& operator=(const AnswerWatch&) = delete;

  // Returns when every message sent from now on will be seen; throws when that takes longer than
  // `patience`, with the reason as far as it is known.
  void await_in_place(std::chrono::milliseconds patience);
  // The answer, or std::nullopt when there is none after `patience`.
  std::optional<Answer> await(std::chrono::milliseconds patience);
  // Another ingestion of the dataset that was analyzed meanwhile; empty when there is none.
  [[nodiscard]] std::string other_ingestion() const;

 private:
  void assigned(const std::vector<worker::kafka::TopicPartition>& partitions) override;
  void revoked(const std::vector<worker::kafka::TopicPartition>& partitions) override;
  void lost(const std::vector<worker::kafka::TopicPartition>& partitions) override;

  void run(const std::stop_token& stop, const MakeSource& make_source);
  [[nodiscard]] bool positions_known(worker::kafka::Source& source) const;
  void read(const worker::kafka::Record& record);
  void throw_failure_locked() const ARGUS_REQUIRES(mutex_);

  const WatchedIngestion ingestion_;
  std::set<worker::kafka::TopicPartition> partitions_;  // of the reading thread
  mutable base::Mutex mutex_;
  base::ConditionVariable changed_;
  bool in_place_ ARGUS_GUARDED_BY(mutex_) = false;
  std::optional<Answer> answer_ ARGUS_GUARDED_BY(mutex_);
  std::string other_ingestion_ ARGUS_GUARDED_BY(mutex_);
  std::optional<std::string> problem_ ARGUS_GUARDED_BY(mutex_);
  std::exception_ptr failure_ ARGUS_GUARDED_BY(mutex_);
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace argus::cli
