// What a watch says to the cluster by ending: its exit code and a sentence, which Kubernetes keeps
// in the pod's status. It ends once for each thing to say, not for each failure, so that it never
// loops; the next start remembers what was said.
//
//   0  everything is in place; the sentence is a remark, and none takes an earlier one back
//   1  something failed
//   3  the brokers have not answered for long
//   4  the brokers do not let the superuser in
//
// The operator reads it (argusdatalayer/report/broker_setup_report.h).
//
// Threads: values; Watching and WordMemory on one thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cli/broker/broker_round.h"

namespace argus::cli {

struct Word {
  int code = 0;
  std::string text;
  bool operator==(const Word&) const = default;
};
[[nodiscard]] Word word_of(const Findings& findings);

// How long something must have been so before it counts: brokers start, and restart.
[[nodiscard]] std::chrono::seconds patience_with(Trouble trouble);

// Follows the rounds of a watch.
class Watching {
 public:
  // `said`: what was said last.
  explicit Watching(Word said) : said_(std::move(said)) {}

  // After a round; what to end with now, if anything.
  [[nodiscard]] std::optional<Word> after(const Findings& findings, base::Clock::Monotonic now);

  // Whether users, topics and permissions are in place: from the first round that found them so,
  // until one has found trouble for longer than its kind may last.
  [[nodiscard]] bool in_place() const { return in_place_; }

 private:
  [[nodiscard]] bool is_news(const Word& word, std::chrono::nanoseconds lasted) const;

  Word said_;
  bool in_place_ = false;
  Trouble trouble_ = Trouble::kNone;
  std::optional<base::Clock::Monotonic> since_;  // of trouble_
  std::optional<base::Clock::Monotonic> failing_since_;
};

// Remembers in `file`, across the ends of the program, what was said. A program that was ended by
// something else than its own word left no word behind: then everything is said again.
class WordMemory {
 public:
  // Reads the file, and marks it as that of a running program.
  explicit WordMemory(std::string file);
  [[nodiscard]] const Word& said() const { return said_; }
  // Throws std::runtime_error when the file cannot be written.
  void leave(const Word& word) const;

 private:
  std::string file_;
  Word said_;
};

}  // namespace argus::cli
