#include "extract/lexical_table.h"

#include <unordered_map>

namespace argus::worker {
namespace {

LexicalTable go() {
  LexicalTable table;
  table.language = "Go";
  table.backquote = Backquote::kRawString;
  table.generic_open = '[';
  table.generic_close = ']';
  table.not_called = {"break",   "case",    "chan",        "const",     "continue",   "default",
                      "defer",   "else",    "fallthrough", "for",       "func",       "go",
                      "goto",    "if",      "import",      "interface", "map",        "package",
                      "range",   "return",  "select",      "struct",    "switch",     "type",
                      "var",     "append",  "cap",         "clear",     "close",      "complex",
                      "copy",    "delete",  "imag",        "len",       "make",       "max",
                      "min",     "new",     "panic",       "print",     "println",    "real",
                      "recover", "bool",    "byte",        "complex64", "complex128", "error",
                      "float32", "float64", "int",         "int8",      "int16",      "int32",
                      "int64",   "rune",    "string",      "uint",      "uint8",      "uint16",
                      "uint32",  "uint64",  "uintptr",     "any"};
  table.before_names = {"func"};
  return table;
}

LexicalTable python() {
  LexicalTable table;
  table.language = "Python";
  table.hash_comments = true;
  table.slash_comments = false;
  table.single_quote = SingleQuote::kString;
  table.triple_quotes = true;
  table.not_called = {"and",    "as",    "assert", "async",  "await", "class", "def",
                      "del",    "elif",  "else",   "except", "for",   "from",  "if",
                      "import", "in",    "is",     "lambda", "not",   "or",    "raise",
                      "return", "while", "with",   "yield",  "print"};
  table.before_names = {"def", "class"};
  return table;
}

LexicalTable c() {
  LexicalTable table;
  table.language = "C";
  table.declares_by_type = true;
  table.not_called = {"if",      "for",           "while",          "switch", "return", "sizeof",
                      "do",      "else",          "case",           "goto",   "typeof", "_Alignof",
                      "defined", "__attribute__", "_Static_assert", "asm",    "__asm__"};
  return table;
}

LexicalTable cpp() {
  LexicalTable table = c();
  table.language = "C++";
  table.cpp_raw_strings = true;
  table.digit_quotes = true;
  table.generic_open = '<';
  table.generic_close = '>';
  table.not_called.insert({"alignas",
                           "alignof",
                           "catch",
                           "co_await",
                           "co_return",
                           "co_yield",
                           "const_cast",
                           "decltype",
                           "delete",
                           "dynamic_cast",
                           "explicit",
                           "new",
                           "noexcept",
                           "operator",
                           "reinterpret_cast",
                           "requires",
                           "static_assert",
                           "static_cast",
                           "throw",
                           "typeid",
                           "and",
                           "or",
                           "not"});
  return table;
}

LexicalTable java() {
  LexicalTable table;
  table.language = "Java";
  table.triple_quotes = true;
  table.generic_open = '<';
  table.generic_close = '>';
  table.declares_by_type = true;
  table.not_called = {"if",   "for",   "while", "switch",       "return", "catch", "try",  "new",
                      "else", "throw", "case",  "synchronized", "assert", "super", "this", "do"};
  return table;
}

LexicalTable c_sharp() {
  LexicalTable table = java();
  table.language = "C#";
  table.verbatim_strings = true;
  table.not_called.insert({"foreach", "lock", "using", "fixed", "typeof", "nameof", "sizeof",
                           "default", "await", "base", "when", "checked", "unchecked"});
  return table;
}

LexicalTable javascript() {
  LexicalTable table;
  table.language = "JavaScript";
  table.single_quote = SingleQuote::kString;
  table.backquote = Backquote::kTemplate;
  table.regular_expressions = true;
  table.not_called = {"if",       "for",    "while",  "switch", "return", "catch",
                      "function", "typeof", "await",  "yield",  "new",    "else",
                      "throw",    "case",   "delete", "void",   "in",     "of",
                      "do",       "super",  "import", "async",  "with",   "instanceof"};
  table.before_names = {"function", "class"};
  return table;
}

LexicalTable typescript() {
  LexicalTable table = javascript();
  table.language = "TypeScript";
  table.generic_open = '<';
  table.generic_close = '>';
  return table;
}

LexicalTable rust() {
  LexicalTable table;
  table.language = "Rust";
  table.nested_block_comments = true;
  table.single_quote = SingleQuote::kCharacterOrLifetime;
  table.rust_raw_strings = true;
  table.multi_line_strings = true;
  table.generic_open = '<';
  table.generic_close = '>';
  table.not_called = {"if",   "for", "while", "match", "return", "fn",  "let",   "loop",
                      "in",   "mut", "ref",   "else",  "move",   "pub", "as",    "await",
                      "Some", "Ok",  "Err",   "impl",  "where",  "dyn", "unsafe"};
  table.before_names = {"fn", "struct", "enum", "union"};
  return table;
}

LexicalTable ruby() {
  LexicalTable table;
  table.language = "Ruby";
  table.hash_comments = true;
  table.slash_comments = false;
  table.single_quote = SingleQuote::kString;
  table.multi_line_strings = true;
  table.not_called = {"if",  "unless", "while", "until", "return", "and",   "or",
                      "not", "when",   "case",  "elsif", "yield",  "super", "defined"};
  table.before_names = {"def", "class", "module"};
  return table;
}

LexicalTable php() {
  LexicalTable table;
  table.language = "PHP";
  table.hash_comments = true;
  table.single_quote = SingleQuote::kString;
  table.multi_line_strings = true;
  table.not_called = {"if",    "for",      "foreach", "while",  "switch", "return",
                      "catch", "function", "fn",      "array",  "isset",  "empty",
                      "unset", "list",     "new",     "echo",   "elseif", "match",
                      "exit",  "die",      "use",     "declare"};
  table.before_names = {"function", "class"};
  return table;
}

}  // namespace

const LexicalTable* lexical_table(std::string_view language) {
  static const auto tables = [] {
    std::unordered_map<std::string_view, LexicalTable> all;
    for (LexicalTable (*make)() :
         {go, python, c, cpp, java, c_sharp, javascript, typescript, rust, ruby, php}) {
      LexicalTable table = make();
      const std::string_view name = table.language;
      all.emplace(name, std::move(table));
    }
    return all;
  }();
  const auto found = tables.find(language);
  return found == tables.end() ? nullptr : &found->second;
}

}  // namespace argus::worker
