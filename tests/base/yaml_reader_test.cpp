#include "base/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argus::base {
namespace {

using nlohmann::json;
using testing::StartsWith;

json one(std::string_view text) {
  const auto documents = parse_yaml(text);
  EXPECT_EQ(documents.size(), 1U) << text;
  return documents.empty() ? json() : documents.front();
}

std::string sentence(const std::string& text) {
  try {
    static_cast<void>(parse_yaml(text));
  } catch (const YamlError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Yaml, ScalarsAreTypedByTheCoreSchema) {
  EXPECT_EQ(one("[null, ~, true, False, 12, -3, +4, 0x1F, 0o17, 1.5, -.5, 1e3, 2.]"),
            json::parse("[null, null, true, false, 12, -3, 4, 31, 15, 1.5, -0.5, 1000.0, 2.0]"));
  EXPECT_EQ(one("[9223372036854775807, 18446744073709551615]"),
            json::parse("[9223372036854775807, 18446744073709551615]"));
}

TEST(Yaml, EverythingElseIsText) {
  EXPECT_EQ(
      one("['12', \"true\", !!str 5, yes, 1.2.3, 100Mi, 1e, e5, ., -, 2026-11-23, inf, a: b]")
          .dump(),
      R"(["12","true","5","yes","1.2.3","100Mi","1e","e5",".","-","2026-11-23","inf",{"a":"b"}])");
}

TEST(Yaml, JsonIsYaml) {
  EXPECT_EQ(one(R"({"a": [1, {"b": "c\u00e4"}], "d": {}})"),
            json::parse(R"({"a": [1, {"b": "cä"}], "d": {}})"));
}

TEST(Yaml, DocumentsAliasesAndBlocks) {
  const auto documents = parse_yaml("a: &x [1]\nb: *x\n---\n---\ntext: |\n  one\n  two\n");
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[0], json::parse(R"({"a": [1], "b": [1]})"));
  EXPECT_EQ(documents[1], json::parse(R"({"text": "one\ntwo\n"})"));
}

TEST(Yaml, MistakesAreNamedWithTheirLine) {
  EXPECT_THAT(sentence("a: 1\nb: [1, 2\n"), StartsWith("line "));
  EXPECT_EQ(sentence("a: 1\nb: 2\na: 3\n"), "line 3: the key \"a\" is there twice");
  EXPECT_EQ(sentence("a: 1\n? [x]\n: 2\n"), "line 2: a key must be a plain word");
}

TEST(Yaml, DepthAndSizeAreBounded) {
  EXPECT_THAT(sentence(std::string(100, '[') + std::string(100, ']')),
              testing::HasSubstr("nested deeper than 64 levels"));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 8; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int n = 0; n < 9; ++n) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THAT(sentence(bomb), testing::HasSubstr("more than 200000 values"));
}

}  // namespace
}  // namespace argus::base
