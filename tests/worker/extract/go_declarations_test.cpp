#include "extract/go_declarations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extract/reference_scan.h"

namespace argus::worker {
namespace {

FileFacts scan(std::string path, std::string_view content) {
  FileFacts facts;
  facts.path = std::move(path);
  facts.language = "Go";
  ReferenceScan().run(content, facts);
  return facts;
}

std::vector<std::string> written(const FileFacts& facts) {
  std::vector<std::string> result;
  for (const Definition& definition : facts.definitions) {
    result.push_back(definition.kind + " " +
                     (definition.scope.empty() ? "" : definition.scope + ".") + definition.name +
                     " " + std::to_string(definition.line) + "-" +
                     std::to_string(definition.end_line));
  }
  return result;
}

TEST(GoDeclarations, TypeParametersReceiversAndGroups) {
  const FileFacts facts = scan("a.go", R"(package foo

import (
	"fmt"
	al "k8s.io/api"
)

type (
	T[K any] struct {
		Base
		A int
	}
	A = T[int]
)

const C, D = 1, 2

func (t *T[K]) Get(
	a int,
) interface{} {
	const local = 1
	return fmt.Sprint(a, "}")
}

func Map[K comparable](m map[K]int) { t := &al.Pod{}; t.Do() }
)");
  EXPECT_EQ(facts.module, "foo");
  EXPECT_THAT(written(facts),
              testing::ElementsAre("struct T 9-12", "alias A 13-13", "const C 16-16",
                                   "const D 16-16", "method T.Get 18-23", "func Map 25-25"));
  EXPECT_EQ(facts.definitions[0].bases, std::vector<std::string>{"Base"});
  ASSERT_EQ(facts.imports.size(), 2U);
  EXPECT_EQ(facts.imports[1].alias, "al");
  ASSERT_EQ(facts.references.size(), 2U);
  EXPECT_EQ(facts.references[0].qualifier, "fmt");
  EXPECT_EQ(facts.references[0].from, 4U);
  EXPECT_EQ(facts.references[1].qualifier, "type:al.Pod");
}

TEST(GoDeclarations, TestsAreTestsOnlyInTestFiles) {
  const std::string_view content = "package a\nfunc TestX(t *testing.T) {}\nfunc Help() {}\n";
  EXPECT_EQ(scan("a_test.go", content).definitions[0].label, DefinitionLabel::kTest);
  EXPECT_EQ(scan("a_test.go", content).definitions[1].label, DefinitionLabel::kFunction);
  EXPECT_EQ(scan("a.go", content).definitions[0].label, DefinitionLabel::kFunction);
}

}  // namespace
}  // namespace argus::worker
