#include "extract/import_scan.h"

#include <string>

namespace argus::worker {
namespace {

using Position = std::size_t;

class ImportScan {
 public:
  explicit ImportScan(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::vector<Import> run(std::string_view language) {
    for (Position at = 0; at < tokens_.size(); ++at) {
      if (language == "Python") {
        python(at);
      } else if (language == "JavaScript" || language == "TypeScript") {
        javascript(at);
      } else if (language == "Java" || language == "C#") {
        dotted(at, language == "Java" ? "import" : "using");
      } else if (language == "C" || language == "C++") {
        include(at);
      } else if (language == "Rust" && tokens_[at].is("use") && begins(at)) {
        rust(at + 1, {}, 0);
      }
    }
    return std::move(imports_);
  }

 private:
  bool is(Position at, std::string_view text) const {
    return at < tokens_.size() && tokens_[at].text == text;
  }
  bool begins(Position at) const {
    return tokens_[at].first_on_line || is(at - 1, ";") || is(at - 1, "pub") || is(at - 1, "{") ||
           is(at - 1, "}") || is(at - 1, ")");
  }
  bool same_line(Position at) const { return at < tokens_.size() && !tokens_[at].first_on_line; }

  void add(std::string module, std::string_view alias, std::uint32_t line) {
    if (!module.empty()) imports_.push_back({std::move(module), std::string(alias), line});
  }

  // `a.b.c` from `at`, which moves past it.
  std::string path(Position& at) const {
    std::string result;
    while (at < tokens_.size() && (is(at, ".") || tokens_[at].identifier())) {
      if (tokens_[at].identifier() && !result.empty() && result.back() != '.') break;
      if (is(at, "import") && tokens_[at - 1].is('.')) break;
      result += tokens_[at++].text;
    }
    return result;
  }

  void python(Position at) {
    if (!begins(at) || (!is(at, "import") && !is(at, "from"))) return;
    const std::uint32_t line = tokens_[at].line;
    if (is(at, "import")) {
      do {
        std::string module = path(++at);
        const bool renamed = is(at, "as");
        add(std::move(module), renamed && at + 1 < tokens_.size() ? tokens_[at + 1].text : "",
            line);
        if (renamed) at += 2;
      } while (is(at, ",") && same_line(at));
      return;
    }
    std::string module = path(++at);
    if (!is(at, "import")) return;
    const bool group = is(at + 1, "(");
    at += group ? 2 : 1;
    if (!module.ends_with('.')) module += '.';
    while (at < tokens_.size() && (group || same_line(at)) && !is(at, ")")) {
      std::string_view name = tokens_[at++].text;
      std::string_view alias;
      if (is(at, "as") && at + 1 < tokens_.size()) {
        alias = tokens_[at + 1].text;
        at += 2;
      }
      add(module + std::string(name), alias, line);
      if (!is(at, ",")) break;
      ++at;
    }
  }

  static std::string unquoted(std::string_view text) {
    return text.size() < 2 ? std::string() : std::string(text.substr(1, text.size() - 2));
  }

  void javascript(Position at) {
    const bool call = is(at, "require") || is(at, "import");
    if (call && is(at + 1, "(") && at + 2 < tokens_.size() &&
        tokens_[at + 2].kind == TokenKind::kString) {
      const bool named =
          is(at, "require") && at >= 2 && is(at - 1, "=") && tokens_[at - 2].identifier();
      add(unquoted(tokens_[at + 2].text), named ? tokens_[at - 2].text : "", tokens_[at].line);
      return;
    }
    if (!begins(at) || (!is(at, "import") && !is(at, "export"))) return;
    constexpr Position kMaxTokens = 400;  // the longest import clause that is looked through
    std::string_view alias;
    if ((is(at + 2, "from") || is(at + 2, ",")) && tokens_[at + 1].identifier()) {
      alias = tokens_[at + 1].text;
    }
    if (is(at + 2, "as") && at + 3 < tokens_.size()) alias = tokens_[at + 3].text;
    for (Position end = at + 1; end < tokens_.size() && end < at + kMaxTokens; ++end) {
      const Token& token = tokens_[end];
      if (token.is(';') || token.is('=') || token.is('(')) return;
      if (token.kind != TokenKind::kString) continue;
      if (is(end - 1, "from") || (end == at + 1 && is(at, "import"))) {
        add(unquoted(token.text), alias, tokens_[at].line);
      }
      return;
    }
  }

  void dotted(Position at, std::string_view keyword) {
    if (!is(at, keyword) || !begins(at)) return;
    const std::uint32_t line = tokens_[at++].line;
    if (is(at, "static")) ++at;
    std::string_view alias;
    if (is(at + 1, "=")) {
      alias = tokens_[at].text;
      at += 2;
    }
    std::string module = path(at);
    if (module.ends_with('.') && is(at, "*")) {
      module += '*';
      ++at;
    }
    if (is(at, ";")) add(std::move(module), alias, line);
  }

  void include(Position at) {
    if (!tokens_[at].is('#') || !is(at + 1, "include") || at + 2 >= tokens_.size()) return;
    const Token& first = tokens_[at + 2];
    if (first.kind == TokenKind::kString) return add(unquoted(first.text), {}, first.line);
    if (!first.is('<')) return;
    for (Position end = at + 3; same_line(end); ++end) {
      if (!tokens_[end].is('>')) continue;
      const char* begin = first.text.data();
      const char* stop = tokens_[end].text.data() + 1;
      return add(std::string(begin, static_cast<std::size_t>(stop - begin)), {}, first.line);
    }
  }

  // A use tree; returns the position after it.
  Position rust(Position at, const std::string& prefix, int depth) {
    constexpr int kMaxDepth = 32;  // nesting of groups
    if (at >= tokens_.size() || depth > kMaxDepth) return tokens_.size();
    const std::uint32_t line = tokens_[at].line;
    std::string module = prefix;
    while (at < tokens_.size() && (tokens_[at].identifier() || is(at, "::") || is(at, "*"))) {
      if (is(at, "as")) break;
      module += tokens_[at++].text;
    }
    if (is(at, "{")) {
      ++at;
      while (at < tokens_.size() && !is(at, "}")) {
        const Position next = rust(at, module, depth + 1);
        at = next > at ? next : at + 1;
        if (is(at, ",")) ++at;
      }
      return at + 1;
    }
    std::string_view alias;
    if (is(at, "as") && at + 1 < tokens_.size()) {
      alias = tokens_[at + 1].text;
      at += 2;
    }
    add(std::move(module), alias, line);
    return at;
  }

  const std::vector<Token>& tokens_;
  std::vector<Import> imports_;
};

}  // namespace

std::vector<Import> scan_imports(const std::vector<Token>& tokens, std::string_view language) {
  return ImportScan(tokens).run(language);
}

}  // namespace argus::worker
