#include "cli/broker/users_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "cli/connections.h"
#include "cli/terminal/printable.h"
#include "event/sha256.h"

namespace argus::cli {
namespace {

constexpr std::size_t kUserNameBytesMax = 256;
constexpr std::size_t kUsersHashDigits = 16;

// Part of a URL's path and of an access rule's principal.
bool is_user_name(std::string_view name) {
  return !name.empty() && name.size() <= kUserNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-' || c == '@';
         });
}

// The password may have colons in it.
BrokerUser parse_user(std::string_view line, const std::string& where) {
  const auto first = line.find(':');
  const auto last = line.rfind(':');
  if (first == std::string_view::npos || first == last) {
    throw UsageError(where + " is no \"user:password:mechanism\".");
  }
  BrokerUser user{std::string(line.substr(0, first)),
                  std::string(line.substr(first + 1, last - first - 1)),
                  std::string(line.substr(last + 1))};
  if (!is_user_name(user.name)) {
    throw UsageError(where +
                     ": the user's name has other characters than letters, digits, '.', "
                     "'_', '-' and '@'.");
  }
  if (user.password.empty()) throw UsageError(where + ": the password is empty.");
  if (user.mechanism != "SCRAM-SHA-512" && user.mechanism != "SCRAM-SHA-256") {
    throw UsageError(where + ": write SCRAM-SHA-512 or SCRAM-SHA-256 after the last colon.");
  }
  return user;
}

}  // namespace

std::vector<BrokerUser> parse_users(std::string_view text, const std::string& file) {
  std::vector<BrokerUser> users;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    users.push_back(parse_user(line, printable(file) + ", line " + std::to_string(number)));
  }
  if (users.empty()) {
    throw UsageError(printable(file) +
                     " names no user: write a line \"user:password:mechanism\" for the superuser.");
  }
  return users;
}

std::string read_users_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UsageError("The file " + printable(file) + " cannot be read.");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string users_hash(std::string_view salt, std::string_view text) {
  std::string material(salt);
  material += '\0';
  material += text;
  return worker::sha256_hex(material).substr(0, kUsersHashDigits);
}

}  // namespace argus::cli
