#include "graph/cypher_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "graph/code_graph.h"

namespace argus::worker {

void append_cypher_string(std::string& out, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw GraphError(false, "a text for the graph holds a NUL byte: remove it from the source");
  }
  out.reserve(out.size() + text.size() + 2);
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"' && text[i] != '\\') continue;
    out.append(text, begin, i - begin);
    out += '\\';
    begin = i;
  }
  out.append(text, begin, text.size() - begin);
  out += '"';
}

void append_cypher_number(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_cypher_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    throw GraphError(false, "a number for the graph is not finite: leave the property out");
  }
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  // Without a point or an exponent the server would read an integer.
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void CypherMap::begin(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '`';
  out_ += name;
  out_ += "`:";
}

void CypherMap::put(std::string_view name, std::string_view text) {
  begin(name);
  append_cypher_string(out_, text);
}

void CypherMap::put(std::string_view name, std::int64_t number) {
  begin(name);
  append_cypher_number(out_, number);
}

}  // namespace argus::worker
