#include "extract/tokenizer.h"

#include <algorithm>
#include <array>

namespace argus::worker {
namespace {

enum CharacterClass : std::uint8_t { kOther, kSpace, kLetter, kDigit };

constexpr std::array<std::uint8_t, 256> character_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned value = 0; value < 256; ++value) {
    if (value <= ' ') {
      classes[value] = kSpace;  // NUL and control bytes too: they are never code
    } else if ((value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') || value == '_' ||
               value == '$' || value >= 0x80) {
      classes[value] = kLetter;  // a byte of UTF-8 above ASCII belongs to a name
    } else if (value >= '0' && value <= '9') {
      classes[value] = kDigit;
    }
  }
  return classes;
}

constexpr auto kClasses = character_classes();

class Tokenizer {
 public:
  Tokenizer(std::string_view content, const LexicalTable& table, std::vector<Token>& tokens)
      : content_(content), table_(table), tokens_(tokens) {}

  void run() {
    if (content_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;  // byte order mark
    while (at_ < content_.size()) step();
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < content_.size() ? content_[at_ + ahead] : '\0';
  }
  std::uint8_t class_at(std::size_t position) const {
    return kClasses[static_cast<unsigned char>(content_[position])];
  }

  void step() {
    const char character = content_[at_];
    switch (class_at(at_)) {
      case kSpace:
        if (character == '\n') new_line();
        ++at_;
        return;
      case kLetter:
        word();
        return;
      case kDigit:
        number();
        return;
      default:
        break;
    }
    if (comment() || literal()) return;
    punctuation();
  }

  void new_line() {
    ++line_;
    fresh_ = true;
  }

  // Emits [begin, end), counting the line breaks inside.
  void emit(TokenKind kind, std::size_t begin, std::size_t end) {
    end = std::min(end, content_.size());
    tokens_.push_back({content_.substr(begin, end - begin), line_, kind, fresh_});
    fresh_ = false;
    if (kind == TokenKind::kString) count_lines(begin, end);
    at_ = end;
  }

  void count_lines(std::size_t begin, std::size_t end) {
    const auto text = content_.substr(begin, end - begin);
    line_ += static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
  }

  void word() {
    const std::size_t begin = at_;
    std::size_t end = at_ + 1;
    while (end < content_.size() && class_at(end) >= kLetter) ++end;
    const char next = end < content_.size() ? content_[end] : '\0';
    if (next == '"' || next == '#') {
      const auto prefix = content_.substr(begin, end - begin);
      if (table_.cpp_raw_strings && next == '"' && prefix.back() == 'R' && prefix.size() <= 3) {
        return cpp_raw_string(begin, end);
      }
      if (table_.rust_raw_strings && (prefix == "r" || prefix == "br" || prefix == "cr") &&
          rust_raw_string(begin, end)) {
        return;
      }
    }
    emit(TokenKind::kIdentifier, begin, end);
  }

  void number() {
    std::size_t end = at_ + 1;
    while (end < content_.size()) {
      const char character = content_[end];
      const bool separator = table_.digit_quotes && character == '\'' &&
                             end + 1 < content_.size() && class_at(end + 1) >= kLetter;
      const bool fraction =
          character == '.' && end + 1 < content_.size() && class_at(end + 1) == kDigit;
      if (class_at(end) < kLetter && !separator && !fraction) break;
      ++end;
    }
    emit(TokenKind::kNumber, at_, end);
  }

  bool comment() {
    const char character = content_[at_];
    if (character == '#' && table_.hash_comments) {
      if (table_.language == "PHP" && peek(1) == '[') return false;  // an attribute
      return skip_line();
    }
    if (character != '/' || !table_.slash_comments) return false;
    if (peek(1) == '/') return skip_line();
    if (peek(1) == '*') return skip_block();
    return false;
  }

  bool skip_line() {
    at_ = std::min(content_.find('\n', at_), content_.size());
    return true;
  }

  bool skip_block() {
    int depth = 1;
    at_ += 2;
    while (at_ < content_.size() && depth > 0) {
      if (content_[at_] == '\n') new_line();
      if (content_[at_] == '*' && peek(1) == '/') {
        --depth;
        ++at_;
      } else if (table_.nested_block_comments && content_[at_] == '/' && peek(1) == '*') {
        ++depth;
        ++at_;
      }
      ++at_;
    }
    return true;
  }

  bool literal() {
    const char character = content_[at_];
    switch (character) {
      case '"':
        return table_.triple_quotes && triple_quoted('"') ? true : quoted('"', at_);
      case '\'':
        if (table_.single_quote == SingleQuote::kCharacterOrLifetime) return rust_quote();
        if (table_.single_quote == SingleQuote::kString && table_.triple_quotes &&
            triple_quoted('\'')) {
          return true;
        }
        return quoted('\'', at_);
      case '`':
        return backquoted();
      case '@':
        return table_.verbatim_strings && peek(1) == '"' && verbatim();
      case '/':
        return table_.regular_expressions && operand_expected() && regular_expression();
      default:
        return false;
    }
  }

  bool quoted(char quote, std::size_t begin) {
    std::size_t end = begin + 1;
    while (end < content_.size() && content_[end] != quote) {
      if (content_[end] == '\n' && !table_.multi_line_strings) break;
      end += content_[end] == '\\' ? 2 : 1;
    }
    const bool closed = end < content_.size() && content_[end] == quote;
    emit(TokenKind::kString, begin, closed ? end + 1 : end);
    return true;
  }

  bool triple_quoted(char quote) {
    if (peek(1) != quote || peek(2) != quote) return false;
    std::size_t end = at_ + 3;
    while (end < content_.size() && !(content_[end] == quote && end + 2 < content_.size() &&
                                      content_[end + 1] == quote && content_[end + 2] == quote)) {
      end += content_[end] == '\\' ? 2 : 1;
    }
    emit(TokenKind::kString, at_, end + 3);
    return true;
  }

  bool rust_quote() {
    if (peek(1) == '\\') return quoted('\'', at_);
    std::size_t end = at_ + 1;  // one character, which may be several bytes
    while (end < content_.size() && end < at_ + 5 && content_[end] != '\'') ++end;
    const bool closed = end < content_.size() && content_[end] == '\'' && end > at_ + 1;
    const bool one = end == at_ + 2 || static_cast<unsigned char>(peek(1)) >= 0x80;
    if (!closed || !one) return false;  // a lifetime: its quote is punctuation
    emit(TokenKind::kString, at_, end + 1);
    return true;
  }

  bool backquoted() {
    if (table_.backquote == Backquote::kNone) return false;
    const std::size_t end = table_.backquote == Backquote::kRawString ? content_.find('`', at_ + 1)
                                                                      : template_end(at_ + 1);
    emit(TokenKind::kString, at_, end == std::string_view::npos ? content_.size() : end + 1);
    return true;
  }

  // Where the closing backquote of a template stands, templates inside ${ } passed over.
  std::size_t template_end(std::size_t position) const {
    std::vector<int> braces;  // open braces inside each ${ }; a nested template pushes kTemplate
    constexpr int kTemplate = -1;
    for (; position < content_.size(); ++position) {
      const char character = content_[position];
      const bool text = braces.empty() || braces.back() == kTemplate;
      if (character == '\\') {
        ++position;
      } else if (text && character == '`') {
        if (braces.empty()) return position;
        braces.pop_back();
      } else if (text && character == '$' && position + 1 < content_.size() &&
                 content_[position + 1] == '{') {
        braces.push_back(0);
        ++position;
      } else if (!text && character == '`') {
        braces.push_back(kTemplate);
      } else if (!text && character == '{') {
        ++braces.back();
      } else if (!text && character == '}') {
        if (braces.back()-- == 0) braces.pop_back();
      }
    }
    return std::string_view::npos;
  }

  bool verbatim() {
    std::size_t end = at_ + 2;
    while (end < content_.size()) {
      if (content_[end] == '"') {
        if (end + 1 >= content_.size() || content_[end + 1] != '"') break;
        ++end;
      }
      ++end;
    }
    emit(TokenKind::kString, at_, end + 1);
    return true;
  }

  void cpp_raw_string(std::size_t begin, std::size_t quote) {
    constexpr std::size_t kMaxDelimiter = 16;  // [lex.string]
    const std::size_t open = content_.find('(', quote);
    if (open == std::string_view::npos || open - quote - 1 > kMaxDelimiter) {
      emit(TokenKind::kIdentifier, begin, quote);
      return;
    }
    const auto delimiter = content_.substr(quote + 1, open - quote - 1);
    std::size_t close = open;
    while ((close = content_.find(')', close + 1)) != std::string_view::npos) {
      const std::size_t end = close + 1 + delimiter.size();
      if (content_.substr(close + 1, delimiter.size()) == delimiter && end < content_.size() &&
          content_[end] == '"') {
        emit(TokenKind::kString, begin, end + 1);
        return;
      }
    }
    emit(TokenKind::kString, begin, content_.size());
  }

  bool rust_raw_string(std::size_t begin, std::size_t after) {
    std::size_t quote = after;
    while (quote < content_.size() && content_[quote] == '#') ++quote;
    if (quote >= content_.size() || content_[quote] != '"') return false;
    const std::size_t hashes = quote - after;
    std::size_t close = quote;
    while ((close = content_.find('"', close + 1)) != std::string_view::npos) {
      const auto tail = content_.substr(close + 1, hashes);
      if (tail.size() == hashes && tail.find_first_not_of('#') == std::string_view::npos) break;
    }
    emit(TokenKind::kString, begin,
         close == std::string_view::npos ? content_.size() : close + 1 + hashes);
    return true;
  }

  // Whether a slash here begins a regular expression rather than a division.
  bool operand_expected() const {
    if (tokens_.empty()) return true;
    const Token& before = tokens_.back();
    if (before.identifier()) return table_.not_called.contains(before.text);
    if (before.kind != TokenKind::kPunctuation) return false;
    return !before.is(')') && !before.is(']') && !before.is('}');
  }

  bool regular_expression() {
    bool bracket = false;
    for (std::size_t end = at_ + 1; end < content_.size() && content_[end] != '\n'; ++end) {
      const char character = content_[end];
      if (character == '\\') {
        ++end;
      } else if (character == '[') {
        bracket = true;
      } else if (character == ']') {
        bracket = false;
      } else if (character == '/' && !bracket) {
        emit(TokenKind::kString, at_, end + 1);
        return true;
      }
    }
    return false;
  }

  void punctuation() {
    const char first = content_[at_];
    const char second = peek(1);
    const bool pair = (first == ':' && (second == ':' || second == '=')) ||
                      (first == '-' && second == '>') || (first == '=' && second == '>');
    emit(TokenKind::kPunctuation, at_, at_ + (pair ? 2 : 1));
  }

  std::string_view content_;
  const LexicalTable& table_;
  std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  bool fresh_ = true;
};

}  // namespace

void tokenize(std::string_view content, const LexicalTable& table, std::vector<Token>& tokens) {
  tokens.clear();
  Tokenizer(content, table, tokens).run();
}

}  // namespace argus::worker
