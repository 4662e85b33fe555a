#include "cli/ingest/answer_watch.h"

#include <algorithm>

namespace argus::cli {

using worker::kafka::BrokerError;
using worker::kafka::Record;
using worker::kafka::TopicPartition;

namespace {

constexpr std::chrono::milliseconds kPollTime{100};

std::string header(const Record& record, std::string_view name) {
  for (const auto& [key, value] : record.headers) {
    if (key == name && value) return *value;
  }
  return "";
}

}  // namespace

std::optional<Answer> answer_in(const Record& record, const WatchedIngestion& ingestion) {
  if (record.place.topic == ingestion.analyzed_topic) {
    auto summary = worker::read_analyzed(record.value);
    if (!summary || summary->ingestion_id != ingestion.ingestion_id ||
        summary->dataset != ingestion.dataset) {
      return std::nullopt;
    }
    return Answer(std::move(*summary));
  }
  // A dead letter has the key and the headers of the message that was sent.
  if (record.place.topic != ingestion.dead_letter_topic || record.key != ingestion.dataset ||
      header(record, "ce_subject") != ingestion.ingestion_id) {
    return std::nullopt;
  }
  return Answer(Refusal{header(record, "argus.reason"),
                        header(record, "__connect.errors.exception.message"),
                        header(record, "ce_id")});
}

AnswerWatch::AnswerWatch(WatchedIngestion ingestion, MakeSource make_source)
    : ingestion_(std::move(ingestion)),
      thread_([this, make = std::move(make_source)](const std::stop_token& stop) {
        try {
          run(stop, make);
        } catch (...) {
          const base::MutexLock lock(mutex_);
          failure_ = std::current_exception();
        }
        changed_.notify_all();
      }) {}

AnswerWatch::~AnswerWatch() = default;

void AnswerWatch::run(const std::stop_token& stop, const MakeSource& make_source) {
  const auto source = make_source(*this);
  while (!stop.stop_requested()) {
    if (const auto record = source->poll(kPollTime)) read(*record);
    const bool known = positions_known(*source);
    const base::MutexLock lock(mutex_);
    problem_ = source->problem();
    in_place_ = known;
    changed_.notify_all();
  }
  source->close();
}

// Of each partition the broker has told where it ends: reading begins there or before.
bool AnswerWatch::positions_known(worker::kafka::Source& source) const {
  for (const std::string* topic : {&ingestion_.analyzed_topic, &ingestion_.dead_letter_topic}) {
    if (std::none_of(partitions_.begin(), partitions_.end(),
                     [&](const TopicPartition& place) { return place.topic == *topic; })) {
      return false;
    }
  }
  return std::all_of(partitions_.begin(), partitions_.end(), [&](const TopicPartition& place) {
    return source.end_offset(place).has_value();
  });
}

void AnswerWatch::read(const Record& record) {
  const auto answer = answer_in(record, ingestion_);
  std::string other;
  if (!answer && record.place.topic == ingestion_.analyzed_topic) {
    const auto summary = worker::read_analyzed(record.value);
    if (summary && summary->dataset == ingestion_.dataset) other = summary->ingestion_id;
  }
  const base::MutexLock lock(mutex_);
  if (answer && !answer_) answer_ = answer;
  if (!other.empty()) other_ingestion_ = other;
}

void AnswerWatch::throw_failure_locked() const {
  if (failure_) std::rethrow_exception(failure_);
}

void AnswerWatch::await_in_place(std::chrono::milliseconds patience) {
  base::MutexLock lock(mutex_);
  const bool ended = changed_.wait_for(
      lock, patience, [&]() ARGUS_REQUIRES(mutex_) { return in_place_ || failure_; });
  throw_failure_locked();
  if (ended) return;
  throw BrokerError(false, "The answers of the worker cannot be read from " +
                               ingestion_.analyzed_topic + " and " + ingestion_.dead_letter_topic +
                               ": " +
                               problem_.value_or("the broker gives no partitions. Check that both "
                                                 "topics exist, or use --no-wait."));
}

std::optional<Answer> AnswerWatch::await(std::chrono::milliseconds patience) {
  base::MutexLock lock(mutex_);
  changed_.wait_for(lock, patience, [&]() ARGUS_REQUIRES(mutex_) { return answer_ || failure_; });
  if (!answer_) throw_failure_locked();
  return answer_;
}

std::string AnswerWatch::other_ingestion() const {
  const base::MutexLock lock(mutex_);
  return other_ingestion_;
}

void AnswerWatch::assigned(const std::vector<TopicPartition>& partitions) {
  partitions_.insert(partitions.begin(), partitions.end());
}

void AnswerWatch::revoked(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& place : partitions) partitions_.erase(place);
}

void AnswerWatch::lost(const std::vector<TopicPartition>& partitions) { revoked(partitions); }

}  // namespace argus::cli
