#include "pipeline/dead_letter.h"

#include <gtest/gtest.h>

namespace argus::worker {
namespace {

TEST(DeadLetter, KeepsTheOriginalAndAddsTheReason) {
  kafka::Record record;
  record.place = {"argus.codebase.ingested", 3};
  record.offset = 42;
  record.key = "key";
  record.value = std::string("\xff\0x", 3);
  record.headers = {{"ce_id", "e-1"}, {"empty", std::nullopt}};
  const auto letter = dead_letter(record, {"VALUE_CONVERTER", "not_utf8", "It is not UTF-8."},
                                  "argus.dlq", std::chrono::system_clock::time_point());
  EXPECT_EQ(letter.topic, "argus.dlq");
  EXPECT_EQ(letter.key, record.key);
  EXPECT_EQ(letter.value, record.value);
  ASSERT_GT(letter.headers.size(), 2u);
  EXPECT_EQ(letter.headers[0], record.headers[0]);
  EXPECT_EQ(letter.headers[1], record.headers[1]);
  const std::map<std::string, std::optional<std::string>> headers(letter.headers.begin(),
                                                                  letter.headers.end());
  EXPECT_EQ(headers.at("__connect.errors.topic"), "argus.codebase.ingested");
  EXPECT_EQ(headers.at("__connect.errors.partition"), "3");
  EXPECT_EQ(headers.at("__connect.errors.offset"), "42");
  EXPECT_EQ(headers.at("__connect.errors.exception.message"), "It is not UTF-8.");
  EXPECT_EQ(headers.at("argus.reason"), "not_utf8");
}

}  // namespace
}  // namespace argus::worker
