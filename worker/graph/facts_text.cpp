#include "graph/facts_text.h"

#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <tuple>

namespace argus::worker {
namespace {

constexpr std::size_t kMaxFields = 6;  // of one line

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    ++i;
    out += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
  }
  return out;
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Line {
  std::array<std::string_view, kMaxFields> fields;
  std::size_t count = 0;
};

Line split(std::string_view line) {
  Line out;
  while (out.count < kMaxFields) {
    const auto tab = line.find('\t');
    out.fields[out.count++] = line.substr(0, tab);
    if (tab == std::string_view::npos) break;
    line.remove_prefix(tab + 1);
  }
  return out;
}

void read_line(const Line& line, FileFacts& facts) {
  const auto& f = line.fields;
  if (line.count == 4 && f[0] == "I") {
    const auto at = number_of(f[3]);
    if (at) facts.imports.push_back({unescaped(f[1]), unescaped(f[2]), *at});
    return;
  }
  if (line.count != 5 || (f[0] != "C" && f[0] != "T")) return;
  const auto from = f[1] == "-" ? std::optional(kNoDefinition) : number_of(f[1]);
  const auto at = number_of(f[4]);
  if (!from || !at) return;
  Reference reference;
  reference.kind = f[0] == "C" ? ReferenceKind::kCall : ReferenceKind::kType;
  reference.from = *from;
  reference.qualifier = unescaped(f[2]);
  reference.name = unescaped(f[3]);
  reference.line = *at;
  facts.references.push_back(std::move(reference));
}

}  // namespace

std::string encode_references(const FileFacts& facts) {
  std::string out;
  for (const Import& import : facts.imports) {
    out += "I\t";
    append_escaped(out, import.module);
    out += '\t';
    append_escaped(out, import.alias);
    out += '\t' + std::to_string(import.line) + '\n';
  }
  using Key = std::tuple<ReferenceKind, std::uint32_t, std::string_view, std::string_view>;
  std::set<Key> seen;
  for (const Reference& reference : facts.references) {
    if (!seen.emplace(reference.kind, reference.from, reference.qualifier, reference.name).second) {
      continue;
    }
    out += reference.kind == ReferenceKind::kCall ? "C\t" : "T\t";
    out += reference.from == kNoDefinition ? "-" : std::to_string(reference.from);
    out += '\t';
    append_escaped(out, reference.qualifier);
    out += '\t';
    append_escaped(out, reference.name);
    out += '\t' + std::to_string(reference.line) + '\n';
  }
  return out;
}

void decode_references(std::string_view text, FileFacts& facts) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    read_line(split(text.substr(0, end)), facts);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

}  // namespace argus::worker
