// What must not restart anything: whoever changes guardrails or monitoring changes nothing that a
// store, the worker or a job runs from.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/model/spec.h"
#include "argusdatalayer/render/redpanda/objects.h"
#include "argusdatalayer/render/render.h"
#include "controllers/argusdatalayer/render_case.h"

namespace argus::adl {
namespace {

// A field of the schema, and values of which at least one is another than it has.
struct Field {
  Json::json_pointer path;
  std::vector<Json> values;
};

std::vector<Json> values_of(const Json& schema) {
  if (schema.value("x-kubernetes-int-or-string", false)) return {"3", "777Mi"};
  const std::string type = schema.value("type", "");
  if (type == "boolean") return {true, false};
  if (type == "integer") return {7, 8};
  return {"example.com/another:1.0"};
}

void add_fields(const Json& schema, const Json::json_pointer& path, std::vector<Field>& fields) {
  if (!schema.contains("properties")) {
    fields.push_back({path, values_of(schema)});
    return;
  }
  for (const auto& [name, below] : schema.at("properties").items()) {
    add_fields(below, path / name, fields);
  }
}

std::vector<Field> fields_of(const char* section) {
  std::vector<Field> fields;
  add_fields(spec_schema().at("properties").at(section), Json::json_pointer() / section, fields);
  return fields;
}

// What pods start from, by the name of its workload.
std::map<std::string, std::string> started_from(const std::vector<Json>& objects) {
  std::map<std::string, std::string> result;
  for (const Json& object : objects) {
    const auto name = object.at("metadata").at("name").get<std::string>();
    const bool worker = object.at("kind") == "Deployment" && name == "cognee-worker";
    if (object.at("kind") == "StatefulSet" || worker) {
      result[name] = object.at("spec").at("template").dump();
    } else if (object.at("kind") == "FlinkDeployment") {
      result[name] = object.at("spec").dump();
    }
  }
  return result;
}

class RestartsTest : public testing::TestWithParam<const char*> {
 protected:
  void expect_none(const Json& spec) const {
    Facts facts = test_facts();
    facts.kinds.flink = true;
    const std::vector<Json> before = render(parse_spec(spec), facts);
    const auto running = started_from(before);
    ASSERT_EQ(running.count("redpanda") + running.count("falkordb") + running.count("valkey") +
                  running.count("cognee-worker"),
              4U);
    for (const Field& field : fields_of(GetParam())) {
      SCOPED_TRACE(field.path.to_string());
      bool told = false;
      for (const Json& value : field.values) {
        Json changed = spec;
        changed[field.path] = value;
        const std::vector<Json> after = render(parse_spec(changed), facts);
        told = told || after != before;
        EXPECT_EQ(started_from(after), running);
      }
      EXPECT_TRUE(told) << "no value of it changes anything";
    }
  }
};

TEST_P(RestartsTest, NoFieldRestartsAStoreOrTheWorker) { expect_none(Json::object()); }

TEST_P(RestartsTest, NorAJobOfFlink) {
  Json spec = load_case(golden_directory() / "full").resource.at("spec");
  spec.erase(GetParam());
  expect_none(spec);
}

// What redpanda-setup is told restarts redpanda-setup.
TEST(BrokersTest, NeitherUsersNorGroupsNorLimitsRestartThem) {
  Spec spec = parse_spec(Json::object());
  Facts facts = test_facts();
  facts.secret_hashes["redpanda-superusers"] = "1111111111111111";
  const auto brokers = [&] { return started_from(render(spec, facts)).at("redpanda"); };
  const auto setup = [&] { return objects::redpanda_setup_deployment(spec, facts)->dump(); };
  const std::string running = brokers();
  std::string told = setup();
  const auto only_setup = [&](const char* what) {
    EXPECT_EQ(brokers(), running) << what;
    EXPECT_NE(std::exchange(told, setup()), told) << what;
  };
  facts.credentials.redpanda_service = "another";
  facts.secret_hashes["redpanda-superusers"] = "2222222222222222";
  only_setup("a password");
  spec.worker.consumer_group = "another";
  only_setup("a consumer group");
  spec.guardrails.limit_range.min.cpu = *Quantity::parse("123m");
  only_setup("the limit range");
  facts.installation.images.tools = "another";
  only_setup("argusctl's image");
}

INSTANTIATE_TEST_SUITE_P(Sections, RestartsTest, testing::Values("guardrails", "monitoring"),
                         [](const testing::TestParamInfo<const char*>& tested) {
                           return std::string(tested.param);
                         });

}  // namespace
}  // namespace argus::adl
