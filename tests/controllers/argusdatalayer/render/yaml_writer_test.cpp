#include <gtest/gtest.h>

#include "argusdatalayer/model/json.h"
#include "argusdatalayer/render/yaml_writer.h"
#include "base/yaml_reader.h"

namespace argus::adl {
namespace {

TEST(YamlTest, StringsComeBackAsStrings) {
  for (const char* text :
       {"",     "true",  "no",      "null",  "~",          "1",        "1.5",      "1e3",
        "0x10", "-",     "- a",     "a: b",  "a #b",       "#a",       "*a",       "&a",
        "!a",   "%a",    "@a",      "`a",    "{a}",        "[a]",      " a",       "a ",
        "a:",   "\"a\"", "'a'",     "a\nb",  "a\nb\n",     "\na\n",    "a\n\nb\n", "a\n\n",
        " a\n", "\ttab", "100m",    "1Gi",   "2026-11-24", "é",        "y",        "=",
        "<<",   "a'b",   "--smp=1", "/path", "::/0",       "0.0.0.0/0"}) {
    const Json document = {{"key", text}, {"list", Json::array({text})}};
    EXPECT_EQ(base::parse_yaml(to_yaml(document)).at(0), document) << to_yaml(document);
  }
}

TEST(YamlTest, StructuresComeBack) {
  const Json document = base::parse_yaml(R"(
a: []
b: {}
c: [[1, 2], [], {}]
d: [{x: 1, y: [1, {z: true}]}, {x: null}]
e: {f: {g: 0.5}}
"key: odd": 1
)")
                            .at(0);
  EXPECT_EQ(base::parse_yaml(to_yaml(document)).at(0), document) << to_yaml(document);
}

}  // namespace
}  // namespace argus::adl
