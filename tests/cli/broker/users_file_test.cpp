#include "cli/broker/users_file.h"

#include <gmock/gmock.h>

#include "argusdatalayer/secrets/credentials.h"
#include "cli/connections.h"
#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// What is said about a text that is refused.
std::string refusal_of(std::string_view text) {
  try {
    static_cast<void>(parse_users(text, "users.txt"));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "(accepted)";
}

TEST(UsersFile, TheFirstLineIsTheSuperuser) {
  const auto users = parse_users(
      "admin:a:b:c:SCRAM-SHA-512\n"
      "\r\n"
      "argus-service:pässwort :SCRAM-SHA-256\r\n"
      "x.y_z@1:p:SCRAM-SHA-512",
      "users.txt");
  ASSERT_EQ(users.size(), 3u);
  EXPECT_EQ(users[0].name, "admin");
  EXPECT_EQ(users[0].password, "a:b:c") << "a password may have colons";
  EXPECT_EQ(users[0].mechanism, "SCRAM-SHA-512");
  EXPECT_EQ(users[1].name, "argus-service");
  EXPECT_EQ(users[1].password, "pässwort ");
  EXPECT_EQ(users[1].mechanism, "SCRAM-SHA-256");
  EXPECT_EQ(users[2].name, "x.y_z@1");
}

TEST(UsersFile, SaysWhichLineIsWrongAndNoPassword) {
  const std::string good = "admin:first-secret:SCRAM-SHA-512\n\n";
  EXPECT_THAT(refusal_of(""), HasSubstr("names no user: write a line"));
  EXPECT_THAT(refusal_of("\n\r\n"), HasSubstr("names no user"));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"hidden", "is no \"user:password:mechanism\""},
      {"u:hidden", "is no \"user:password:mechanism\""},
      {":hidden:SCRAM-SHA-512", "the user's name has other characters"},
      {"a/b:hidden:SCRAM-SHA-512", "the user's name has other characters"},
      {std::string(257, 'u') + ":hidden:SCRAM-SHA-512", "the user's name has other characters"},
      {"u::SCRAM-SHA-512", "the password is empty"},
      {"u:hidden:PLAIN", "write SCRAM-SHA-512 or SCRAM-SHA-256"},
      {"u:hidden:", "write SCRAM-SHA-512 or SCRAM-SHA-256"}};
  for (const auto& [line, sentence] : cases) {
    EXPECT_THAT(refusal_of(good + line + "\n"),
                AllOf(HasSubstr("users.txt, line 3"), HasSubstr(sentence), Not(HasSubstr("hidden")),
                      Not(HasSubstr("secret"))))
        << line;
  }
}

TEST(UsersFile, IsReadFromDisk) {
  const fakes::TemporaryDirectory directory;
  const std::string file = directory.write("users.txt", "admin:p:SCRAM-SHA-512\n");
  EXPECT_EQ(parse_users(read_users_file(file), "users.txt").front().password, "p");
  try {
    static_cast<void>(read_users_file(directory.path() + "/none"));
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("/none"), HasSubstr("cannot be read")));
  }
}

// The operator writes the hash, and this program compares it.
TEST(UsersFile, ItsHashIsTheOperators) {
  const std::string text = "admin:a:SCRAM-SHA-512\nargus-service:b:SCRAM-SHA-512\n";
  EXPECT_EQ(users_hash("salt", text), adl::material_hash("salt", text));
  EXPECT_NE(users_hash("salt", text), users_hash("salt", text + "\n"));
  EXPECT_NE(users_hash("salt", text), users_hash("other", text));
}

}  // namespace
}  // namespace argus::cli
