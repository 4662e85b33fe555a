#include "extract/reference_scan.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include "extract/go_declarations.h"
#include "extract/import_scan.h"

namespace argus::worker {
namespace {

constexpr std::size_t kMaxGenericTokens = 64;    // type arguments looked back over before a '('
constexpr std::size_t kMaxQualifierLinks = 16;   // names in a chain a.b.c.name(
constexpr std::size_t kMaxArgumentTokens = 256;  // arguments looked back over in f(...).name(

// Walks the file's lines once, answering which function encloses each.
class Enclosure {
 public:
  explicit Enclosure(const std::vector<Definition>& definitions) : definitions_(definitions) {
    for (std::uint32_t index = 0; index < definitions.size(); ++index) {
      if (definitions[index].label != DefinitionLabel::kVariable) order_.push_back(index);
    }
    std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t left, std::uint32_t right) {
      const Definition& a = definitions[left];
      const Definition& b = definitions[right];
      return a.line != b.line ? a.line < b.line : a.end_line > b.end_line;
    });
  }

  // Lines must not decrease from call to call.
  std::uint32_t at(std::uint32_t line) {
    while (next_ < order_.size() && definitions_[order_[next_]].line <= line) {
      stack_.push_back(order_[next_++]);
    }
    while (!stack_.empty() && definitions_[stack_.back()].end_line < line) stack_.pop_back();
    return stack_.empty() ? kNoDefinition : stack_.back();
  }

 private:
  const std::vector<Definition>& definitions_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> stack_;
  std::size_t next_ = 0;
};

struct Call {
  std::size_t name = 0;   // token of the called name
  std::size_t chain = 0;  // token where the qualifier, or the name, begins
};

class CallScan {
 public:
  CallScan(const std::vector<Token>& tokens, const LexicalTable& table)
      : tokens_(tokens), table_(table) {}

  // The call whose arguments open at `open`, if it is one.
  std::optional<Call> call(std::size_t open) const {
    if (open == 0) return std::nullopt;
    std::size_t name = open - 1;
    const Token& before = tokens_[name];
    if (table_.generic_close != '\0' && before.is(table_.generic_close)) {
      const auto generic =
          before_group(name, table_.generic_open, table_.generic_close, kMaxGenericTokens);
      if (!generic) return std::nullopt;
      name = *generic;
      if (name > 0 && tokens_[name].is("::")) --name;  // Rust's turbofish
    }
    const Token& token = tokens_[name];
    if (!token.identifier()) return std::nullopt;
    const std::size_t chain = chain_begin(name);
    if (chain == name && table_.not_called.contains(token.text)) return std::nullopt;
    if (chain > 0 && table_.before_names.contains(tokens_[chain - 1].text)) return std::nullopt;
    if (table_.declares_by_type && chain > 0 && declares(tokens_[chain - 1])) return std::nullopt;
    return Call{name, chain};
  }

  std::string qualifier(const Call& call) const {
    std::string text;
    int depth = 0;
    for (std::size_t at = call.chain; at + 1 < call.name; ++at) {
      const Token& token = tokens_[at];
      if (token.is(')') || token.is(']')) --depth;
      if (depth == 0) text += token.text;
      if (token.is('(') || token.is('[')) ++depth;
    }
    return text;
  }

 private:
  static bool separates(const Token& token) {
    return token.is('.') || token.is("::") || token.is("->");
  }

  bool declares(const Token& before) const {
    return before.identifier() && !table_.not_called.contains(before.text);
  }

  // The position before the bracket that the one at `close` closes.
  std::optional<std::size_t> before_group(std::size_t close, char open, char end,
                                          std::size_t limit) const {
    int depth = 0;
    for (std::size_t at = close; at > 0 && close - at <= limit; --at) {
      if (tokens_[at].is(end)) ++depth;
      if (tokens_[at].is(open) && --depth == 0) return at - 1;
      if (tokens_[at].is(';')) return std::nullopt;
    }
    return std::nullopt;
  }

  std::size_t chain_begin(std::size_t name) const {
    std::size_t begin = name;
    for (std::size_t link = 0; link < kMaxQualifierLinks && begin >= 2; ++link) {
      if (!separates(tokens_[begin - 1])) break;
      std::size_t before = begin - 2;
      const bool call = tokens_[before].is(')');
      if (call || tokens_[before].is(']')) {
        const auto group =
            before_group(before, call ? '(' : '[', call ? ')' : ']', kMaxArgumentTokens);
        if (!group || !tokens_[*group].identifier()) {
          // An expression in brackets: the qualifier begins at its bracket.
          return group ? *group + 1 : begin - 1;
        }
        before = *group;
      }
      if (!tokens_[before].identifier() && tokens_[before].kind != TokenKind::kString) break;
      begin = before;
    }
    return begin;
  }

  const std::vector<Token>& tokens_;
  const LexicalTable& table_;
};

// A file's own definitions look like calls; each is passed over once, at its line.
class DefinedNames {
 public:
  explicit DefinedNames(const std::vector<Definition>& definitions) : definitions_(definitions) {
    order_.resize(definitions.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t left, std::uint32_t right) {
      return definitions[left].line < definitions[right].line;
    });
    taken_.resize(definitions.size());
  }

  bool take(const Token& name) {
    while (first_ < order_.size() && definitions_[order_[first_]].line < name.line) ++first_;
    for (std::size_t at = first_; at < order_.size(); ++at) {
      const Definition& definition = definitions_[order_[at]];
      if (definition.line != name.line || at - first_ > kMaxPerLine) return false;
      if (taken_[at] || definition.name != name.text) continue;
      taken_[at] = true;
      return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t kMaxPerLine = 256;  // definitions of one line that are compared

  const std::vector<Definition>& definitions_;
  std::vector<std::uint32_t> order_;
  std::vector<bool> taken_;
  std::size_t first_ = 0;
};

void add_references(const std::vector<Token>& tokens, const LexicalTable& table,
                    const std::vector<GoFunction>& functions, FileFacts& facts) {
  const CallScan scan(tokens, table);
  Enclosure enclosure(facts.definitions);
  DefinedNames defined(facts.definitions);
  std::size_t function = 0;
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    if (!tokens[at].is('(')) continue;
    const auto call = scan.call(at);
    if (!call) continue;
    const Token& name = tokens[call->name];
    if (call->name == call->chain && defined.take(name)) continue;
    Reference reference;
    reference.from = enclosure.at(name.line);
    reference.qualifier = scan.qualifier(*call);
    reference.name = name.text;
    reference.line = name.line;
    while (function < functions.size() && functions[function].end <= at) ++function;
    if (function < functions.size() && functions[function].begin <= at) {
      reference.from = functions[function].definition;
      const auto type = functions[function].types.find(reference.qualifier);
      if (type != functions[function].types.end()) {
        reference.qualifier = "type:" + std::string(type->second);
      }
    }
    facts.references.push_back(std::move(reference));
  }
}

}  // namespace

void ReferenceScan::run(std::string_view content, FileFacts& facts) {
  const LexicalTable* table = lexical_table(facts.language);
  if (table == nullptr) return;
  tokenize(content, *table, tokens_);
  std::vector<GoFunction> functions;
  if (facts.language == "Go") {
    GoDeclarations go = go_declarations(tokens_, facts.path.ends_with("_test.go"));
    facts.module = go.package;
    facts.definitions = std::move(go.definitions);
    facts.imports = std::move(go.imports);
    functions = std::move(go.functions);
  } else {
    facts.imports = scan_imports(tokens_, facts.language);
  }
  add_references(tokens_, *table, functions, facts);
  tokens_.clear();
}

}  // namespace argus::worker
