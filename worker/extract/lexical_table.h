// What the scan must know of a language to tell code from comments and literals, and a call from a
// keyword that is followed by a parenthesis.
//
// Threads: tables are immutable and live as long as the program.
#pragma once

#include <string_view>
#include <unordered_set>

namespace argus::worker {

// How a single quote is read.
enum class SingleQuote { kString, kCharacter, kCharacterOrLifetime };

// How a backquote is read.
enum class Backquote { kNone, kRawString, kTemplate };

struct LexicalTable {
  std::string_view language;  // as universal-ctags names it
  bool hash_comments = false;
  bool slash_comments = true;  // both // and /* */
  bool nested_block_comments = false;
  SingleQuote single_quote = SingleQuote::kCharacter;
  Backquote backquote = Backquote::kNone;
  bool triple_quotes = false;        // """ and, where single quotes make strings, '''
  bool cpp_raw_strings = false;      // R"x( )x"
  bool rust_raw_strings = false;     // r#" "#
  bool multi_line_strings = false;   // a plain "string" may hold line breaks
  bool verbatim_strings = false;     // @"C:\"
  bool regular_expressions = false;  // /x/ where an operand is expected
  bool digit_quotes = false;         // 1'000
  char generic_open = '\0';          // '[' or '<' when name<T>( is a call
  char generic_close = '\0';
  bool declares_by_type = false;                      // `Type name(` declares: it does not call
  std::unordered_set<std::string_view> not_called;    // keywords and predeclared names
  std::unordered_set<std::string_view> before_names;  // `func name(` defines
};

// The table of a language, or nullptr for one that is not scanned.
const LexicalTable* lexical_table(std::string_view language);

}  // namespace argus::worker
