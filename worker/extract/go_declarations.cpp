#include "extract/go_declarations.h"

#include <algorithm>
#include <string>

namespace argus::worker {
namespace {

using Position = std::size_t;

bool opens(const Token& token) { return token.is('(') || token.is('[') || token.is('{'); }
bool closes(const Token& token) { return token.is(')') || token.is(']') || token.is('}'); }

// The Go specification's rule for the semicolon that a line break stands for.
bool may_end_statement(const Token& token) {
  if (token.kind != TokenKind::kPunctuation) return true;
  return token.is(')') || token.is(']') || token.is('}');
}

class Parser {
 public:
  Parser(const std::vector<Token>& tokens, bool test_file)
      : tokens_(tokens), test_file_(test_file) {}

  GoDeclarations run() {
    while (at_ < tokens_.size()) {
      const Token& token = tokens_[at_];
      if (opens(token)) {
        at_ = after_group(at_);
      } else if (token.identifier() && starts_statement(at_)) {
        statement(token);
      } else {
        ++at_;
      }
    }
    return std::move(result_);
  }

 private:
  void statement(const Token& first) {
    if (first.is("func")) {
      function();
    } else if (first.is("package") && at_ + 1 < tokens_.size()) {
      result_.package = tokens_[++at_].text;
    } else if (first.is("type") || first.is("var") || first.is("const") || first.is("import")) {
      group(first.text);
    } else {
      ++at_;
    }
  }
  bool starts_statement(Position position) const {
    return tokens_[position].first_on_line || position == 0 || tokens_[position - 1].is(';');
  }
  bool is(Position position, char character) const {
    return position < tokens_.size() && tokens_[position].is(character);
  }
  bool is(Position position, std::string_view word) const {
    return position < tokens_.size() && tokens_[position].is(word);
  }
  bool identifier(Position position) const {
    return position < tokens_.size() && tokens_[position].identifier();
  }

  // The position after the bracket that closes the one at `open`.
  Position after_group(Position open) const {
    int depth = 0;
    for (Position position = open; position < tokens_.size(); ++position) {
      if (opens(tokens_[position])) ++depth;
      if (closes(tokens_[position]) && --depth == 0) return position + 1;
    }
    return tokens_.size();
  }

  // The position after the statement that begins at `begin`.
  Position after_statement(Position begin) const {
    Position position = begin;
    while (position < tokens_.size()) {
      if (position > begin && tokens_[position].first_on_line &&
          may_end_statement(tokens_[position - 1])) {
        break;
      }
      if (tokens_[position].is(';') || closes(tokens_[position])) break;
      position = opens(tokens_[position]) ? after_group(position) : position + 1;
    }
    return std::max(position, begin + 1);
  }

  std::uint32_t last_line(Position end) const {
    const Token& last = tokens_[end - 1];
    const auto breaks = std::count(last.text.begin(), last.text.end(), '\n');
    return last.line + static_cast<std::uint32_t>(breaks);
  }

  // Source text of [begin, end), line breaks and runs of space made one space.
  std::string text(Position begin, Position end) const {
    constexpr std::size_t kMaxSignature = 4096;  // bytes; a longer one is cut
    if (begin >= end) return {};
    const char* from = tokens_[begin].text.data();
    const char* to = tokens_[end - 1].text.data() + tokens_[end - 1].text.size();
    std::string result;
    for (const char* at = from; at != to && result.size() < kMaxSignature; ++at) {
      const bool space = static_cast<unsigned char>(*at) <= ' ';
      if (!space) result.push_back(*at);
      if (space && !result.empty() && result.back() != ' ') result.push_back(' ');
    }
    return result;
  }

  // The named type in [begin, end): `*pkg.T[K]` gives pkg.T; empty when it is not a named one.
  std::string_view type_name(Position begin, Position end) const {
    while (begin < end && (is(begin, '*') || is(begin, '&') || is(begin, '('))) ++begin;
    if (begin >= end || !identifier(begin)) return {};
    const std::string_view first = tokens_[begin].text;
    if (first == "func" || first == "map" || first == "chan" || first == "interface" ||
        first == "struct") {
      return {};
    }
    if (begin + 2 >= end || !is(begin + 1, '.') || !identifier(begin + 2)) return first;
    const std::string_view last = tokens_[begin + 2].text;
    return {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())};
  }

  // `a, b T, c *pkg.U` between `open` and its closing bracket.
  void parameters(Position open, GoFunction& function) const {
    const Position close = after_group(open) - 1;
    std::vector<std::string_view> names;
    Position position = open + 1;
    while (position < close) {
      Position end = position;
      while (end < close && !is(end, ',')) end = opens(tokens_[end]) ? after_group(end) : end + 1;
      if (identifier(position)) names.push_back(tokens_[position].text);
      if (end > position + 1 && identifier(position) && !is(position + 1, '.')) {
        const std::string_view type = type_name(position + 1, end);
        for (const auto name : names) {
          if (!type.empty()) function.types[name] = type;
        }
        names.clear();
      }
      position = end + 1;
    }
  }

  void function() {
    const Position begin = at_++;
    GoFunction function;
    Definition definition;
    definition.kind = "func";
    definition.label = DefinitionLabel::kFunction;
    if (is(at_, '(')) {
      definition.kind = "method";
      definition.scope = receiver(at_);
      parameters(at_, function);
      at_ = after_group(at_);
    }
    if (!identifier(at_)) return;
    definition.name = tokens_[at_].text;
    definition.line = tokens_[at_].line;
    const Position after_name = ++at_;
    if (is(at_, '[')) at_ = after_group(at_);
    if (!is(at_, '(')) return;
    const Position open = at_;
    parameters(open, function);
    at_ = after_group(at_);
    const Position body = after_result(at_);
    definition.signature = text(after_name, body);
    at_ = is(body, '{') ? after_group(body) : body;
    definition.end_line = last_line(at_);
    if (test_file_ && is_test(definition, open)) definition.label = DefinitionLabel::kTest;
    if (is(body, '{')) locals(body, at_, function);
    function.definition = static_cast<std::uint32_t>(result_.definitions.size());
    function.begin = begin;
    function.end = at_;
    if (definition.name != "_") {
      result_.definitions.push_back(std::move(definition));
      result_.functions.push_back(std::move(function));
    }
  }

  // Where the body, or without one the next declaration, begins.
  Position after_result(Position position) const {
    while (position < tokens_.size() && !tokens_[position].is(';')) {
      if (tokens_[position].first_on_line && may_end_statement(tokens_[position - 1])) break;
      if (is(position, '{')) {
        if (!is(position - 1, "interface") && !is(position - 1, "struct")) break;
      }
      position = opens(tokens_[position]) ? after_group(position) : position + 1;
    }
    return position;
  }

  std::string receiver(Position open) const {
    const Position close = after_group(open) - 1;
    Position end = open + 1;
    while (end < close && !is(end, '[')) ++end;
    while (end > open && !identifier(end - 1)) --end;
    return end > open + 1 ? std::string(tokens_[end - 1].text) : std::string();
  }

  // func TestX(t *testing.T), as the go command's "go help testfunc" has it.
  bool is_test(const Definition& definition, Position open) const {
    return definition.scope.empty() && definition.name.starts_with("Test") &&
           after_group(open) - open == 7 && is(open + 2, '*') && is(open + 3, "testing") &&
           is(open + 5, "T");
  }

  // `var x T`, `x := T{`, `x := &T{` in a body.
  void locals(Position begin, Position end, GoFunction& function) const {
    for (Position position = begin; position + 2 < end; ++position) {
      if (!identifier(position)) continue;
      if (is(position, "var") && identifier(position + 1) && !is(position + 2, ',') &&
          !is(position + 2, '=')) {
        remember(position + 1, type_name(position + 2, std::min(position + 6, end)), function);
      } else if (is(position + 1, ":=") && !is(position - 1, ',')) {
        Position value = position + 2;
        if (is(value, '&')) ++value;
        const std::string_view type = type_name(value, std::min(value + 3, end));
        Position after = value + (type.find('.') == std::string_view::npos ? 1U : 3U);
        if (is(after, '[')) after = after_group(after);
        const bool literal = after < end && is(after, '{');
        if (literal) remember(position, type, function);
      }
    }
  }

  void remember(Position name, std::string_view type, GoFunction& function) const {
    if (!type.empty()) function.types[tokens_[name].text] = type;
  }

  void group(std::string_view keyword) {
    ++at_;
    if (!is(at_, '(')) {
      const Position end = after_statement(at_);
      spec(keyword, at_, end);
      at_ = end;
      return;
    }
    const Position close = after_group(at_) - 1;
    Position position = at_ + 1;
    while (position < close) {
      const Position end = std::min(after_statement(position), close);
      spec(keyword, position, end);
      position = end;
      while (position < close && is(position, ';')) ++position;
    }
    at_ = close + 1;
  }

  void spec(std::string_view keyword, Position begin, Position end) {
    end = std::min(end, tokens_.size());
    if (begin >= end) return;
    if (keyword == "import") return import_spec(begin, end);
    if (keyword == "type") return type_spec(begin, end);
    for (Position position = begin; position < end && identifier(position); position += 2) {
      Definition definition;
      definition.label = DefinitionLabel::kVariable;
      definition.kind = keyword;
      definition.name = tokens_[position].text;
      definition.line = tokens_[position].line;
      definition.end_line = last_line(end);
      if (definition.name != "_") result_.definitions.push_back(std::move(definition));
      if (!is(position + 1, ',')) break;
    }
  }

  void import_spec(Position begin, Position end) {
    const Token& path = tokens_[end - 1];
    if (path.kind != TokenKind::kString || path.text.size() < 2) return;
    Import import;
    import.module = path.text.substr(1, path.text.size() - 2);
    if (end - begin == 2) import.alias = tokens_[begin].text;
    import.line = path.line;
    result_.imports.push_back(std::move(import));
  }

  void type_spec(Position begin, Position end) {
    if (!identifier(begin)) return;
    Position type = begin + 1;
    if (is(type, '[')) {
      type = after_group(type);
      if (type >= end) return;
    }
    Definition definition;
    definition.label = DefinitionLabel::kClass;
    definition.kind = is(type, '=')           ? "alias"
                      : is(type, "struct")    ? "struct"
                      : is(type, "interface") ? "interface"
                                              : "type";
    definition.name = tokens_[begin].text;
    definition.line = tokens_[begin].line;
    definition.end_line = last_line(end);
    if (definition.kind == "struct" || definition.kind == "interface") {
      definition.bases = embedded(type + 1, end);
    }
    if (definition.name != "_") result_.definitions.push_back(std::move(definition));
  }

  // Fields that are a type alone: `T`, `*T`, `pkg.T`, `T[K]`, with or without a tag.
  std::vector<std::string> embedded(Position open, Position end) const {
    std::vector<std::string> bases;
    Position position = open + 1;
    while (position + 1 < end) {
      const Position field_end = after_statement(position);
      const std::string_view type = type_name(position, field_end);
      Position after = position + (is(position, '*') ? 1U : 0U);
      after += type.find('.') == std::string_view::npos ? 1U : 3U;
      if (is(after, '[') && after + 1 < field_end && !is(after + 1, ']') &&
          after_group(after) == field_end) {
        after = field_end;
      }
      if (after < field_end && tokens_[after].kind == TokenKind::kString) ++after;
      if (!type.empty() && after == field_end) bases.emplace_back(type);
      position = field_end;
      while (is(position, ';')) ++position;
    }
    return bases;
  }

  const std::vector<Token>& tokens_;
  bool test_file_;
  Position at_ = 0;
  GoDeclarations result_;
};

}  // namespace

GoDeclarations go_declarations(const std::vector<Token>& tokens, bool test_file) {
  return Parser(tokens, test_file).run();
}

}  // namespace argus::worker
