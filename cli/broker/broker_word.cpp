#include "cli/broker/broker_word.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/utf8.h"
#include "cli/exit_code.h"

namespace argus::cli {
namespace {

using json = nlohmann::json;

// Kubernetes keeps 4096 bytes for a container, and 12 KiB for a pod.
constexpr std::size_t kWordBytesMax = 1024;
// Sentences of one kind of failure that take turns are not worth an end each: after this time the
// kubelet starts a container again without a delay.
constexpr std::chrono::minutes kSameKindAgain{10};

int code_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNone:
      return kDone;
    case Trouble::kNotYet:
      return kTimedOut;
    case Trouble::kFailed:
      return kFailed;
    case Trouble::kAdminRefused:
      return kRefused;
  }
  return kFailed;
}

void write_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (!out) throw std::runtime_error("The file " + file + " cannot be written.");
}

}  // namespace

Word word_of(const Findings& findings) {
  const Trouble trouble = worst(findings);
  std::string text;
  const auto add = [&](const std::string& sentence) {
    text += (text.empty() ? "" : " ") + sentence;
  };
  for (const auto& [sentence, kind] : findings.problems) {
    if (kind == trouble) add(sentence);
  }
  if (trouble == Trouble::kNone)
    std::for_each(findings.remarks.begin(), findings.remarks.end(), add);
  return {code_of(trouble), base::shortened(text, kWordBytesMax)};
}

std::chrono::seconds patience_with(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNone:
      break;
    case Trouble::kNotYet:
      return std::chrono::seconds(120);
    case Trouble::kFailed:
    case Trouble::kAdminRefused:  // so it is while a new cluster makes its superuser, too
      return std::chrono::seconds(20);
  }
  return std::chrono::seconds(0);
}

std::optional<Word> Watching::after(const Findings& findings, base::Clock::Monotonic now) {
  const Trouble trouble = worst(findings);
  if (!since_ || trouble != trouble_) since_ = now;
  trouble_ = trouble;
  const auto lasted = now - *since_;
  if (trouble == Trouble::kNone) {
    failing_since_.reset();
    in_place_ = true;
  } else {
    if (!failing_since_) failing_since_ = now;
    // Kinds of trouble that take turns are trouble all the same.
    if (lasted >= patience_with(trouble) ||
        now - *failing_since_ >= patience_with(Trouble::kNotYet)) {
      in_place_ = false;
    }
  }
  if (lasted < patience_with(trouble)) return std::nullopt;
  Word word = word_of(findings);
  if (!is_news(word, lasted)) return std::nullopt;
  return word;
}

bool Watching::is_news(const Word& word, std::chrono::nanoseconds lasted) const {
  if (word == said_) return false;
  // That it is well now, readiness says.
  if (word == Word{}) return said_.code == kDone;
  if (word.code == kDone || word.code != said_.code) return true;
  return word.code != kTimedOut && lasted >= kSameKindAgain;
}

WordMemory::WordMemory(std::string file) : file_(std::move(file)) {
  std::ifstream in(file_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const json memory = json::parse(text, nullptr, false);
  if (memory.is_object()) said_ = {memory.value("code", 0), memory.value("text", "")};
  write_file(file_, "");
}

void WordMemory::leave(const Word& word) const {
  write_file(file_, json({{"code", word.code}, {"text", word.text}})
                        .dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace argus::cli
