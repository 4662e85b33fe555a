#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/schema.h"

namespace argus::adl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Json& schema() {
  static const Json kSchema = Json::parse(R"json({
    "type": "object",
    "properties": {
      "name": {"type": "string", "maxLength": 5, "default": "x",
               "x-kubernetes-validations": [{"rule": "self.matches('^[a-z]+$')",
                                             "message": "must be small letters"}]},
      "inner": {"type": "object", "default": {},
                "properties": {"size": {"type": "integer", "minimum": 1, "maximum": 9,
                                        "default": 3}}},
      "list": {"type": "array", "maxItems": 2, "x-kubernetes-list-type": "set",
               "items": {"type": "string", "maxLength": 9}},
      "map": {"type": "object", "maxProperties": 2,
              "additionalProperties": {"type": "string", "maxLength": 9}},
      "unset": {"type": "string", "maxLength": 9}
    }})json");
  return kSchema;
}

std::vector<std::string> wrong(const Json& value) {
  std::vector<std::string> result;
  for (const Violation& violation : schema_violations(value, schema(), "spec")) {
    result.push_back(violation.to_string());
  }
  return result;
}

TEST(SchemaTest, DefaultsReachIntoDefaults) {
  EXPECT_EQ(with_defaults(Json::object(), schema()),
            Json::parse(R"({"name": "x", "inner": {"size": 3}})"));
}

TEST(SchemaTest, NullIsAsIfItWereNotThere) {
  const Json value = Json::parse(R"({"name": null, "inner": null, "unset": null})");
  EXPECT_EQ(with_defaults(value, schema()), with_defaults(Json::object(), schema()));
}

TEST(SchemaTest, WhatIsSaidIsKept) {
  const Json value = Json::parse(R"({"name": "y", "inner": {"size": 9}, "list": ["a"]})");
  EXPECT_EQ(with_defaults(value, schema()), value);
  EXPECT_THAT(wrong(value), IsEmpty());
}

TEST(SchemaTest, EachMistakeIsNamedWithItsPath) {
  EXPECT_THAT(
      wrong(Json::parse(R"({"inner": {"size": 10}, "list": ["a", "a"], "name": "A",
                                    "nmae": "a"})")),
      ElementsAre("spec.inner.size: must be from 1 to 9, but is 10",
                  "spec.list[1]: is there twice; keep one", "spec.name: must be small letters",
                  "spec.nmae: there is no such field; did you mean name?"));
  EXPECT_THAT(wrong(Json::parse(R"({"map": {"a": 1}, "inner": []})")),
              ElementsAre("spec.inner: must be a group of fields, but is []",
                          "spec.map.a: must be a text (in quotes), but is 1"));
}

TEST(SchemaTest, WhatIsFarTooLargeIsNotLookedInto) {
  Json value = Json::object();
  value["name"] = std::string(1'000'000, 'a');
  value["list"] = Json(std::vector<std::string>(100'000, std::string(20, 'a')));
  EXPECT_THAT(wrong(value),
              ElementsAre("spec.list: must have at most 2 entries, but has 100000",
                          "spec.name: must have at most 5 characters, but has 1000000"));
}

TEST(SchemaTest, ASentenceCutsNoCharacterInHalf) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\u20ac";
  Json value = Json::object();
  value["inner"] = text;
  const auto sentences = wrong(value);
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_THAT(Json(sentences[0]).dump(), HasSubstr("..."));  // dump() throws for broken UTF-8
}

TEST(SchemaTest, ARuleOfAnotherFormIsAnErrorInTheCrd) {
  Json odd = Json::parse(R"({"type": "string", "x-kubernetes-validations": [
    {"rule": "size(self) > 1", "message": "must be longer"}]})");
  EXPECT_FALSE(is_known_value_rule("size(self) > 1"));
  EXPECT_THROW(static_cast<void>(schema_violations("a", odd, "spec")), std::logic_error);
  EXPECT_TRUE(is_known_value_rule("self.matches('^a$')"));
  EXPECT_FALSE(is_known_value_rule("self.matches('^a$') || self.matches('^b$')"));
}

}  // namespace
}  // namespace argus::adl
