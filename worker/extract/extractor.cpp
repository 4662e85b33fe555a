#include "extract/extractor.h"

#include <algorithm>

#include "event/sha256.h"

namespace argus::worker {
namespace {

constexpr int kCtagsAttempts = 2;  // for one file

std::uint32_t count_lines(std::string_view content) {
  const auto breaks = std::count(content.begin(), content.end(), '\n');
  const bool unfinished = !content.empty() && content.back() != '\n';
  return static_cast<std::uint32_t>(breaks) + (unfinished ? 1U : 0U);
}

// The path that go.mod declares: what the imports of its packages begin with.
// Source: https://go.dev/ref/mod#go-mod-file-module
std::string go_module_path(std::string_view content) {
  constexpr std::string_view kDirective = "module ";
  while (!content.empty()) {
    const auto end = content.find('\n');
    std::string_view line = content.substr(0, end);
    if (line.starts_with(kDirective)) {
      line.remove_prefix(kDirective.size());
      line = line.substr(0, line.find("//"));
      std::string module;
      for (const char c : line) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '"' && c != '`') module += c;
      }
      return module;
    }
    if (end == std::string_view::npos) break;
    content.remove_prefix(end + 1);
  }
  return {};
}

std::string sentence(CtagsOutcome outcome, const std::string& path) {
  const std::string file = "No definitions of " + path + ": universal-ctags ";
  switch (outcome) {
    case CtagsOutcome::kTimedOut:
      return file + "did not finish it in time, twice.";
    case CtagsOutcome::kTooMuch:
      return file + "printed more than the limit for one file, twice.";
    default:
      return file + "died of it twice.";
  }
}

}  // namespace

Extractor::Extractor(ExtractorOptions options)
    : child_(std::move(options.ctags), options.file_timeout) {}

FileFacts Extractor::extract(std::string_view path, std::string_view content) {
  FileFacts facts;
  facts.path = path;
  facts.sha256 = sha256_hex(content);
  facts.bytes = content.size();
  facts.lines = count_lines(content);
  if (path.ends_with(".go")) {
    facts.language = "Go";
  } else {
    ask_ctags(content, facts);
  }
  scan_.run(content, facts);
  if (path == "go.mod" || path.ends_with("/go.mod")) facts.module = go_module_path(content);
  return facts;
}

void Extractor::ask_ctags(std::string_view content, FileFacts& facts) {
  CtagsOutcome outcome = CtagsOutcome::kDied;
  for (int attempt = 0; attempt < kCtagsAttempts; ++attempt) {
    outcome = child_.tags(facts.path, content, lines_);
    if (outcome == CtagsOutcome::kDone) return json_.read(lines_, facts);
  }
  facts.problem = sentence(outcome, facts.path);
}

}  // namespace argus::worker
