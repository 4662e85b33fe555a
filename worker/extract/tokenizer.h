// Cuts a source file into the tokens that the scan looks at. Comments and white space vanish,
// literals become one token each; never fails: what is malformed is read on as well as may be, and
// an unterminated one-line string ends with its line.
//
// Threads: pure. Ownership: tokens point into the content, which must outlive them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "extract/lexical_table.h"

namespace argus::worker {

enum class TokenKind : std::uint8_t { kIdentifier, kNumber, kString, kPunctuation };

struct Token {
  std::string_view text;   // a string's text has its quotes
  std::uint32_t line = 0;  // 1-based, where it begins
  TokenKind kind = TokenKind::kPunctuation;
  bool first_on_line = false;  // a line break stands between it and the token before

  bool is(char character) const {
    return kind == TokenKind::kPunctuation && text.size() == 1 && text.front() == character;
  }
  bool is(std::string_view word) const { return text == word; }
  bool identifier() const { return kind == TokenKind::kIdentifier; }
};

// Replaces what `tokens` holds, keeping its memory. "::", "->", ":=" and "=>" are one token each;
// every other punctuation is one token a byte.
void tokenize(std::string_view content, const LexicalTable& table, std::vector<Token>& tokens);

}  // namespace argus::worker
