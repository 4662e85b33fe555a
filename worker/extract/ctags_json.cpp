#include "extract/ctags_json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace argus::worker {
namespace {

constexpr std::array<std::string_view, 14> kClassKinds{
    "class", "struct", "interface", "enum",     "union",  "trait",      "typedef",
    "alias", "type",   "object",    "protocol", "record", "annotation", "enumClass"};
constexpr std::array<std::string_view, 10> kFunctionKinds{
    "function",  "func",   "method",          "subroutine", "constructor",
    "generator", "getter", "singletonMethod", "setter",     "procedure"};
constexpr std::array<std::string_view, 4> kVariableKinds{"variable", "constant", "const", "var"};
constexpr std::array<std::string_view, 3> kModuleKinds{"package", "namespace", "module"};

template <std::size_t count>
bool among(const std::array<std::string_view, count>& kinds, std::string_view kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::optional<DefinitionLabel> label(std::string_view language, std::string_view kind,
                                     std::string_view scope_kind) {
  if (among(kClassKinds, kind)) return DefinitionLabel::kClass;
  if (among(kFunctionKinds, kind)) return DefinitionLabel::kFunction;
  if (language == "Python" && kind == "member") return DefinitionLabel::kFunction;
  const bool local = among(kFunctionKinds, scope_kind) || scope_kind == "member";
  if (among(kVariableKinds, kind) && !local) return DefinitionLabel::kVariable;
  return std::nullopt;
}

// pytest's default discovery: functions test* in test_*.py and *_test.py.
bool python_test(const FileFacts& facts, std::string_view name) {
  const std::size_t slash = facts.path.rfind('/');
  const auto file = std::string_view(facts.path).substr(slash == std::string::npos ? 0 : slash + 1);
  return facts.language == "Python" && name.starts_with("test") &&
         (file.starts_with("test_") || file.ends_with("_test.py"));
}

std::string dotted(std::string_view scope) {
  std::string result;
  for (std::size_t at = 0; at < scope.size(); ++at) {
    const bool pair = scope.substr(at, 2) == "::";
    result.push_back(pair ? '.' : scope[at]);
    if (pair) ++at;
  }
  return result;
}

// `A, public B<C, D>` cut at the commas outside brackets.
std::vector<std::string> bases(std::string_view inherits) {
  std::vector<std::string> result;
  int depth = 0;
  std::string base;
  for (const char character : inherits) {
    if (character == '<' || character == '(' || character == '[') ++depth;
    if (character == '>' || character == ')' || character == ']') --depth;
    if (character == ',' && depth == 0) {
      if (!base.empty()) result.push_back(std::move(base));
      base.clear();
    } else if (character != ' ' || !base.empty()) {
      base.push_back(character);
    }
  }
  if (!base.empty()) result.push_back(std::move(base));
  return result;
}

std::string_view text(const simdjson::dom::object& tag, std::string_view key) {
  std::string_view value;
  return tag[key].get(value) == simdjson::SUCCESS ? value : std::string_view();
}

std::uint32_t number(const simdjson::dom::object& tag, std::string_view key) {
  std::uint64_t value = 0;
  return tag[key].get(value) == simdjson::SUCCESS ? static_cast<std::uint32_t>(value) : 0;
}

void add(const simdjson::dom::object& tag, FileFacts& facts) {
  if (text(tag, "_type") != "tag") return;
  const std::string_view kind = text(tag, "kind");
  const std::string_view name = text(tag, "name");
  if (facts.language.empty()) facts.language = text(tag, "language");
  // Tags of a guest language (a script in HTML) are another language's.
  if (kind == "file" || name.empty() || text(tag, "language") != facts.language) return;
  if (among(kModuleKinds, kind) && facts.module.empty()) {
    facts.module = dotted(text(tag, "scope"));
    facts.module += (facts.module.empty() ? "" : ".") + dotted(name);
  }
  const auto found = label(facts.language, kind, text(tag, "scopeKind"));
  if (!found) return;
  Definition definition;
  definition.label = python_test(facts, name) ? DefinitionLabel::kTest : *found;
  definition.kind = kind;
  definition.name = name;
  definition.scope = dotted(text(tag, "scope"));
  definition.line = number(tag, "line");
  definition.end_line = std::max(number(tag, "end"), definition.line);
  definition.signature = text(tag, "signature");
  definition.bases = bases(text(tag, "inherits"));
  facts.definitions.push_back(std::move(definition));
}

}  // namespace

struct CtagsJson::Parser {
  simdjson::dom::parser parser;
};

CtagsJson::CtagsJson() : parser_(std::make_unique<Parser>()) {}
CtagsJson::~CtagsJson() = default;

void CtagsJson::read(std::string& lines, FileFacts& facts) {
  if (!simdjson::validate_utf8(lines)) {
    std::replace_if(
        lines.begin(), lines.end(),
        [](char byte) { return static_cast<unsigned char>(byte) > 0x7f; }, '?');
  }
  std::size_t begin = 0;
  while (begin < lines.size()) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    simdjson::dom::object tag;
    if (parser_->parser.parse(lines.data() + begin, end - begin).get(tag) == simdjson::SUCCESS) {
      add(tag, facts);
    }
    begin = end + 1;
  }
}

}  // namespace argus::worker
