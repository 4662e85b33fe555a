#include "cli/broker/broker_word.h"

#include <gmock/gmock.h>

#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Findings kFine;
const Findings kRemark = {{}, {"8 topics have 1 copy of 3"}};
const Findings kSilent = {{{"no broker answers", Trouble::kNotYet}}, {}};
const Findings kSilentToo = {{{"no broker answers after 3 ms", Trouble::kNotYet}}, {}};
const Findings kRefusing = {{{"the login is refused", Trouble::kAdminRefused}}, {}};
const Findings kFailing = {{{"topic a cannot be made", Trouble::kFailed}}, {}};
const Findings kFailingElse = {{{"topic b cannot be made", Trouble::kFailed}}, {}};

TEST(BrokerWord, IsTheWorstOfWhatWasFound) {
  EXPECT_EQ(word_of(kFine), Word{});
  EXPECT_EQ(word_of(kRemark), (Word{0, "8 topics have 1 copy of 3"}));
  EXPECT_EQ(word_of(kSilent).code, 3);
  Findings all = kRemark;
  for (const Findings& one : {kSilent, kFailing, kFailingElse}) {
    all.problems.insert(one.problems.begin(), one.problems.end());
  }
  EXPECT_EQ(word_of(all), (Word{1, "topic a cannot be made topic b cannot be made"}));
  all.problems.insert(kRefusing.problems.begin(), kRefusing.problems.end());
  EXPECT_EQ(word_of(all), (Word{4, "the login is refused"}));
  EXPECT_LT(word_of({{{std::string(9000, 'x'), Trouble::kFailed}}, {}}).text.size(), 2000u);
}

// A watch whose rounds find this, a second apart, for so long; the word that it ends with, if any.
class Watched {
 public:
  explicit Watched(Word said = {}) : watching_(std::move(said)) {}
  std::optional<Word> finds(const Findings& findings, seconds lasting = seconds(0)) {
    const auto end = now_ + lasting;
    for (;; now_ += seconds(1)) {
      if (auto word = watching_.after(findings, now_)) return word;
      if (now_ >= end) break;
    }
    now_ += seconds(1);
    return std::nullopt;
  }
  [[nodiscard]] bool in_place() const { return watching_.in_place(); }

 private:
  base::Clock::Monotonic now_ = base::Clock::Monotonic{} + seconds(1000);
  Watching watching_;
};

TEST(Watching, ANewClusterIsWaitedForInSilence) {
  Watched watched;
  EXPECT_EQ(watched.finds(kSilent, seconds(60)), std::nullopt);
  EXPECT_EQ(watched.finds(kRefusing, seconds(10)), std::nullopt) << "it makes its superuser";
  EXPECT_FALSE(watched.in_place());
  EXPECT_EQ(watched.finds(kFine, minutes(60)), std::nullopt);
  EXPECT_TRUE(watched.in_place());
}

TEST(Watching, WhatDoesNotPassIsSaidOnce) {
  for (const Findings& trouble : {kSilent, kFailing, kRefusing}) {
    Watched first;
    const std::optional<Word> word = first.finds(trouble, minutes(5));
    EXPECT_EQ(word, word_of(trouble));
    Watched next(*word);
    EXPECT_EQ(next.finds(trouble, minutes(60)), std::nullopt) << "no loop";
    EXPECT_FALSE(next.in_place());
    EXPECT_EQ(next.finds(kFine), std::nullopt) << "its readiness says so";
    EXPECT_TRUE(next.in_place());
  }
}

TEST(Watching, AnotherTroubleIsSaidAgain) {
  EXPECT_EQ(Watched(word_of(kSilent)).finds(kRefusing, minutes(1)), word_of(kRefusing));
  EXPECT_EQ(Watched(word_of(kRefusing)).finds(kFailing, minutes(1)), word_of(kFailing));
  // Another of the same kind is not worth a loop, only a late end.
  EXPECT_EQ(Watched(word_of(kFailing)).finds(kFailingElse, minutes(9)), std::nullopt);
  EXPECT_EQ(Watched(word_of(kFailing)).finds(kFailingElse, minutes(11)), word_of(kFailingElse));
  EXPECT_EQ(Watched(word_of(kSilent)).finds(kSilentToo, minutes(60)), std::nullopt);
}

TEST(Watching, ARemarkIsSaidAtOnceAndTakenBack) {
  Watched first;
  EXPECT_EQ(first.finds(kRemark), word_of(kRemark));
  EXPECT_TRUE(first.in_place());
  Watched next(word_of(kRemark));
  EXPECT_EQ(next.finds(kRemark, minutes(60)), std::nullopt);
  EXPECT_EQ(next.finds(kFine), Word{}) << "the topics were raised";
  EXPECT_EQ(Watched(word_of(kRefusing)).finds(kRemark), word_of(kRemark));
}

TEST(Watching, ABrokerThatRestartsTakesNothingAway) {
  Watched watched;
  EXPECT_EQ(watched.finds(kFine), std::nullopt);
  EXPECT_EQ(watched.finds(kSilent, seconds(100)), std::nullopt);
  EXPECT_TRUE(watched.in_place());
  EXPECT_EQ(watched.finds(kFine), std::nullopt);
  EXPECT_TRUE(watched.finds(kSilent, seconds(130)));
  EXPECT_FALSE(watched.in_place());
}

TEST(Watching, TroublesThatTakeTurnsAreTrouble) {
  Watched watched;
  EXPECT_EQ(watched.finds(kFine), std::nullopt);
  for (int i = 0; i < 20 && watched.in_place(); ++i) {
    EXPECT_EQ(watched.finds(kFailing, seconds(5)), std::nullopt);
    EXPECT_EQ(watched.finds(kSilent, seconds(5)), std::nullopt);
  }
  EXPECT_FALSE(watched.in_place());
}

TEST(WordMemory, LastsFromOneStartToTheNext) {
  const fakes::TemporaryDirectory directory;
  const std::string file = directory.path() + "/said.json";
  EXPECT_EQ(WordMemory(file).said(), Word{});
  const Word word{4, "it is \"refused\"\n"};
  WordMemory(file).leave(word);
  EXPECT_EQ(WordMemory(file).said(), word);
  // That one was killed, and so left no word in the pod's status.
  EXPECT_EQ(WordMemory(file).said(), Word{});
}

TEST(WordMemory, IsWrongToHaveNoPlace) {
  const fakes::TemporaryDirectory directory;
  EXPECT_THROW(WordMemory(directory.path() + "/none/said.json"), std::runtime_error);
}

}  // namespace
}  // namespace argus::cli
