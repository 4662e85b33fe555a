// One default, written in three places: the table that is applied, the text of `kubectl explain`,
// and the rules of the CRD, which cannot refer to either.
#include "argusdatalayer/model/defaults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <regex>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/quantity.h"
#include "argusdatalayer/model/schema.h"
#include "argusdatalayer/model/spec.h"

namespace argus::adl {
namespace {

using testing::EndsWith;
using testing::IsEmpty;

const Json& root_schema() {
  static const Json::json_pointer path("/spec/versions/0/schema/openAPIV3Schema");
  return crd().at(path);
}

using Visit = std::function<void(const Json& schema, const std::string& path)>;

void walk(const Json& schema, const std::string& path, const Visit& visit) {
  visit(schema, path);
  if (schema.contains("properties")) {
    for (const auto& [name, inner] : schema.at("properties").items()) {
      walk(inner, path.empty() ? name : path + "." + name, visit);
    }
  }
  if (schema.contains("items")) walk(schema.at("items"), path + "[]", visit);
}

TEST(DefaultsTest, TheCrdHasNoneSoThatNothingIsWrittenIntoStoredResources) {
  walk(root_schema(), "", [](const Json& schema, const std::string& path) {
    EXPECT_FALSE(schema.contains("default")) << path;
  });
}

TEST(DefaultsTest, ExplainSaysEachOfThem) {
  std::size_t said = 0;
  walk(root_schema().at("properties").at("spec"), "",
       [&](const Json& schema, const std::string& path) {
         if (!default_values().contains(path)) return;
         ++said;
         EXPECT_THAT(schema.at("description").get<std::string>(),
                     EndsWith(" Default: " + shown_default(default_values().at(path)) + "."))
             << path;
       });
  EXPECT_EQ(said, default_values().size());
  EXPECT_GT(said, 100U);
}

TEST(DefaultsTest, TheyFitTheSchema) {
  EXPECT_THAT(check_spec(Json::object()), IsEmpty());
  const Json complete = with_defaults(Json::object(), spec_schema());
  EXPECT_EQ(complete.at("redpanda").at("replicas"), 1);
  EXPECT_EQ(complete.at("networkPolicy").at("dns").at("podSelector").at("matchLabels"),
            Json::parse(R"({"k8s-app": "kube-dns"})"));
  // Its presence means something.
  EXPECT_FALSE(complete.at("redpanda").at("external").contains("credentialsSecret"));
}

TEST(DefaultsTest, AFieldThatTheSchemaDoesNotHaveIsAMistakeOfOurs) {
  EXPECT_THROW(static_cast<void>(schema_with_defaults(root_schema().at("properties").at("spec"),
                                                      Json::parse(R"({"redpanda.replica": 1})"))),
               std::logic_error);
}

// "self.?spec.?redpanda.?replicas" to "redpanda.replicas".
std::string path_of(std::string chain) {
  constexpr std::string_view kOptional = ".?";
  for (auto at = chain.find(kOptional); at != std::string::npos; at = chain.find(kOptional)) {
    chain.replace(at, kOptional.size(), ".");
  }
  return chain.substr(chain.find(".spec.") + std::string_view(".spec.").size());
}

// The value that a rule takes where a field is not written: orValue(1), or the other side of
// hasValue() ? quantity(string(...)) : quantity('1').
TEST(DefaultsTest, RulesTakeThemForWhatIsNotWritten) {
  const std::regex plain(R"re((?:self|oldSelf)((?:\.\?\w+)+)\.orValue\(([^()]*)\))re");
  const std::regex amount(
      R"re((?:self|oldSelf)((?:\.\?\w+)+)\.hasValue\(\) \? quantity\(string\([^()]*\)\) : quantity\('([^']*)'\))re");
  std::size_t found = 0;
  for (const Json& entry : root_schema().at("x-kubernetes-validations")) {
    const auto rule = entry.at("rule").get<std::string>();
    for (const std::regex& form : {plain, amount}) {
      for (std::sregex_iterator match(rule.begin(), rule.end(), form), end; match != end; ++match) {
        ++found;
        const std::string path = path_of((*match)[1]);
        ASSERT_TRUE(default_values().contains(path)) << path;
        const Json& value = default_values().at(path);
        std::string written = (*match)[2];
        if (written.front() == '\'') written = written.substr(1, written.size() - 2);
        EXPECT_EQ(written, shown_default(value)) << rule;
      }
    }
  }
  EXPECT_GT(found, 100U);
}

// A field that is not written is no error of a rule's: each is asked for before it is read.
TEST(DefaultsTest, RulesReadNoFieldThatMayBeMissing) {
  const std::regex bare(R"re((?:self|oldSelf)\.spec((?:\.\w+)+))re");
  for (const Json& entry : root_schema().at("x-kubernetes-validations")) {
    const auto rule = entry.at("rule").get<std::string>();
    for (std::sregex_iterator match(rule.begin(), rule.end(), bare), end; match != end; ++match) {
      std::string chain = match->str();
      constexpr std::string_view kExists = ".exists";
      if (const auto at = chain.find(kExists); at != std::string::npos) chain.resize(at);
      std::string asked;
      for (const char letter : chain)
        asked += letter == '.' ? std::string(".?") : std::string(1, letter);
      EXPECT_NE(rule.find(asked + ".hasValue()"), std::string::npos) << rule;
    }
  }
}

}  // namespace
}  // namespace argus::adl
