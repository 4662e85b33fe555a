#include "argusdatalayer/render/yaml_writer.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "argusdatalayer/model/json.h"

namespace argus::adl {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char character) {
    return std::isdigit(character) != 0;
  });
}

// A decimal number in YAML's core schema, as far as manifests use it.
bool looks_numeric(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  bool digits = false;
  bool point = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char character = text[i];
    if (std::isdigit(static_cast<unsigned char>(character)) != 0) {
      digits = true;
    } else if (character == '.' && !point) {
      point = true;
    } else if ((character == 'e' || character == 'E') && digits) {
      text.remove_prefix(i + 1);
      if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
      return all_digits(text);
    } else {
      return false;
    }
  }
  return digits;
}

// Whether a string can stand without quotes and be read back as that string, by any YAML reader.
bool plain(const std::string& text) {
  static const std::set<std::string> kWords = {"true", "false", "null", "yes", "no",
                                               "on",   "off",   "y",    "n",   "~"};
  if (text.empty() || looks_numeric(text)) return false;
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char character) {
    return static_cast<char>(std::tolower(character));
  });
  if (kWords.count(lower) > 0 || std::isdigit(static_cast<unsigned char>(text.front())) != 0) {
    return false;
  }
  if (std::isalpha(static_cast<unsigned char>(text.front())) == 0 && text.front() != '/') {
    return false;
  }
  if (text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != std::string::npos || text.find(" #") != std::string::npos) return false;
  return std::all_of(text.begin(), text.end(), [](unsigned char character) {
    return std::isprint(character) != 0 && character != '"';
  });
}

// A text of several lines that a literal block ("|") can hold unchanged.
bool block(const std::string& text) {
  return text.find('\n') != std::string::npos && text.back() == '\n' && text.front() != '\n' &&
         text.front() != ' ' && text.find("\n\n") != text.size() - 2 &&
         std::all_of(text.begin(), text.end(), [](unsigned char character) {
           return character == '\n' || (character >= 0x20 && character != 0x7f);
         });
}

void write(const Json& value, std::size_t indent, std::string& out);

void write_string(const std::string& text, std::size_t indent, std::string& out) {
  if (block(text)) {
    out += "|\n";
    std::size_t start = 0;
    while (start < text.size()) {
      const std::size_t end = text.find('\n', start);
      if (end > start) out += std::string(indent, ' ') + text.substr(start, end - start);
      out += '\n';
      start = end + 1;
    }
    return;
  }
  out += plain(text) ? text : Json(text).dump();
  out += '\n';
}

// What follows "key:" or "-" on the same line, or below it.
void write_nested(const Json& value, std::size_t indent, bool in_list, std::string& out) {
  if (value.is_string()) {
    out += ' ';
    write_string(value.get_ref<const std::string&>(), indent + 2, out);
  } else if (!value.is_structured() || value.empty()) {
    out += ' ' + value.dump() + '\n';
  } else if (in_list && value.is_object()) {
    // The first key stands beside the dash.
    std::string nested;
    write(value, indent + 2, nested);
    out += ' ' + nested.substr(indent + 2);
  } else {
    out += '\n';
    write(value, value.is_array() && !in_list ? indent : indent + 2, out);
  }
}

void write(const Json& value, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  if (value.is_object() && !value.empty()) {
    for (const auto& [key, member] : value.items()) {
      out += margin + (plain(key) ? key : Json(key).dump()) + ':';
      write_nested(member, indent, false, out);
    }
  } else if (value.is_array() && !value.empty()) {
    for (const Json& element : value) {
      out += margin + '-';
      write_nested(element, indent, true, out);
    }
  } else if (value.is_string()) {
    write_string(value.get_ref<const std::string&>(), indent, out);
  } else {
    out += margin + value.dump() + '\n';
  }
}

}  // namespace

std::string to_yaml(const Json& value) {
  std::string out;
  write(value, 0, out);
  return out;
}

std::string to_yaml_stream(const std::vector<Json>& documents) {
  std::string out;
  for (const Json& document : documents) {
    out += "---\n" + to_yaml(document);
  }
  return out;
}

}  // namespace argus::adl
