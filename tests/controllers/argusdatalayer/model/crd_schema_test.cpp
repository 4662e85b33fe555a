// The CRD itself: that it documents, bounds and defaults what it should.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/schema.h"
#include "argusdatalayer/model/spec.h"
#include "controllers/argusdatalayer/samples.h"

namespace argus::adl {
namespace {

const Json& version() { return crd().at("spec").at("versions").at(0); }
const Json& root_schema() { return version().at("schema").at("openAPIV3Schema"); }

using Visit = std::function<void(const Json& schema, const std::string& path)>;

void walk(const Json& schema, const std::string& path, const Visit& visit) {
  visit(schema, path);
  if (schema.contains("properties")) {
    for (const auto& [name, inner] : schema.at("properties").items()) {
      walk(inner, path + "." + name, visit);
    }
  }
  if (schema.contains("items")) walk(schema.at("items"), path + "[]", visit);
  if (schema.contains("additionalProperties")) {
    walk(schema.at("additionalProperties"), path + "{}", visit);
  }
}

bool is_sentence(const std::string& text) { return !text.empty() && text.back() == '.'; }

TEST(CrdSchemaTest, EveryFieldIsDescribed) {
  int fields = 0;
  walk(root_schema(), "", [&](const Json& schema, const std::string& path) {
    if (path == ".metadata") return;  // the API server describes it
    ++fields;
    EXPECT_TRUE(is_sentence(schema.value("description", ""))) << path;
  });
  EXPECT_GT(fields, 200);
}

TEST(CrdSchemaTest, EveryTextListAndMapIsBounded) {
  walk(root_schema(), "", [](const Json& schema, const std::string& path) {
    const std::string type = schema.value("type", "");
    if (type == "string" || schema.contains("x-kubernetes-int-or-string")) {
      EXPECT_TRUE(schema.contains("maxLength")) << path;
    } else if (type == "array") {
      EXPECT_TRUE(schema.contains("maxItems")) << path;
      EXPECT_TRUE(schema.contains("x-kubernetes-list-type")) << path;
    } else if (schema.contains("additionalProperties")) {
      EXPECT_TRUE(schema.contains("maxProperties")) << path;
    }
  });
}

TEST(CrdSchemaTest, NumbersOfTheSpecAreBounded) {
  walk(spec_schema(), "spec", [](const Json& schema, const std::string& path) {
    if (schema.value("type", "") != "integer") return;
    EXPECT_TRUE(schema.contains("minimum") && schema.contains("maximum")) << path;
  });
}

// Else a default below an object that is left out would not apply.
TEST(CrdSchemaTest, EveryGroupOfFieldsIsThereUnlessItsPresenceMeansSomething) {
  walk(spec_schema(), "spec", [](const Json& schema, const std::string& path) {
    if (!schema.contains("properties") || path.substr(path.size() - 2) == "[]") return;
    const bool present = schema.value("default", Json()) == Json::object();
    EXPECT_TRUE(present || schema.contains("required")) << path;
    EXPECT_FALSE(present && schema.contains("required")) << path;
  });
}

TEST(CrdSchemaTest, RulesOfSingleValuesHaveAFormThatIsReadWithoutAServer) {
  int rules = 0;
  walk(spec_schema(), "spec", [&](const Json& schema, const std::string& path) {
    if (!schema.contains("x-kubernetes-validations")) return;
    for (const Json& rule : schema.at("x-kubernetes-validations")) {
      EXPECT_FALSE(rule.at("message").get<std::string>().empty()) << path;
      if (schema.contains("properties")) continue;  // validate() says these
      ++rules;
      EXPECT_TRUE(is_known_value_rule(rule.at("rule").get<std::string>())) << path << rule;
    }
  });
  EXPECT_GT(rules, 30);
}

TEST(CrdSchemaTest, RulesBetweenFieldsNameTheFieldThatTheyAreAbout) {
  for (const Json& rule : root_schema().at("x-kubernetes-validations")) {
    const auto path = rule.at("fieldPath").get<std::string>();
    const Json* schema = &root_schema();
    for (std::size_t start = 1; start < path.size();) {
      const std::size_t end = std::min(path.find('.', start), path.size());
      schema = &schema->at("properties").at(path.substr(start, end - start));
      start = end + 1;
    }
    EXPECT_FALSE(schema->is_null()) << path;
  }
}

TEST(CrdSchemaTest, TheFullSampleSetsEveryField) {
  // What cannot stand beside a managed part, or beside another field of the sample.
  const std::set<std::string> elsewhere = {"spec.redpanda.external.bootstrapServers",
                                           "spec.redpanda.external.credentialsSecret",
                                           "spec.falkordb.external.host",
                                           "spec.falkordb.external.passwordSecret",
                                           "spec.valkey.external.host",
                                           "spec.valkey.external.passwordSecret",
                                           "spec.flink.storage.claimName"};
  const std::function<void(const Json&, const Json&, const std::string&)> compare =
      [&](const Json& schema, const Json& value, const std::string& path) {
        if (schema.contains("items") && !value.empty()) {
          compare(schema.at("items"), value.at(0), path + "[0]");
        }
        if (!schema.contains("properties")) return;
        for (const auto& [name, inner] : schema.at("properties").items()) {
          const std::string at = path + "." + name;
          if (elsewhere.count(at) > 0) continue;
          ASSERT_TRUE(value.contains(name)) << at;
          compare(inner, value.at(name), at);
        }
      };
  const Json full = base::parse_yaml(read_source("deploy/samples/argus-full.yaml")).at(0);
  compare(spec_schema(), full.at("spec"), "spec");
}

TEST(CrdSchemaTest, HasTheColumnsOfTheDesign) {
  std::vector<std::string> columns;
  for (const Json& column : version().at("additionalPrinterColumns")) {
    if (column.value("priority", 0) == 0) columns.push_back(column.at("name"));
  }
  EXPECT_THAT(columns, testing::ElementsAre("Ready", "Reason", "Redpanda", "Worker", "Age"));
  EXPECT_TRUE(version().at("subresources").contains("status"));
}

}  // namespace
}  // namespace argus::adl
