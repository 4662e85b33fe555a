#include "extract/extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

namespace argus::worker {
namespace {

std::vector<std::string> names(const FileFacts& facts) {
  std::vector<std::string> result;
  for (const Definition& definition : facts.definitions) {
    result.push_back(definition.scope.empty() ? definition.name
                                              : definition.scope + "." + definition.name);
  }
  return result;
}

TEST(Extractor, PythonComesFromCtags) {
  Extractor extractor;
  const FileFacts facts = extractor.extract(
      "pkg/a.py", "import os\nclass K(Base):\n    def m(self):\n        return os.getcwd()\n");
  EXPECT_EQ(facts.language, "Python");
  EXPECT_EQ(facts.lines, 4U);
  EXPECT_THAT(names(facts), testing::UnorderedElementsAre("K", "K.m"));
  ASSERT_EQ(facts.references.size(), 1U);
  EXPECT_EQ(facts.references[0].qualifier, "os");
  EXPECT_EQ(facts.references[0].name, "getcwd");
  ASSERT_EQ(facts.imports.size(), 1U);
  EXPECT_EQ(facts.imports[0].module, "os");
}

TEST(Extractor, AnotherCtagsIsStartedWhenOneIsKilled) {
  Extractor extractor;
  EXPECT_EQ(names(extractor.extract("a.py", "def f(): pass\n")), std::vector<std::string>{"f"});
  const pid_t first = extractor.ctags_pid();
  ASSERT_GT(first, 0);
  ASSERT_EQ(kill(first, SIGKILL), 0);
  const FileFacts facts = extractor.extract("b.py", "def g(): pass\n");
  EXPECT_EQ(names(facts), std::vector<std::string>{"g"});
  EXPECT_EQ(facts.problem, "");
  EXPECT_NE(extractor.ctags_pid(), first);
}

TEST(Extractor, AFileThatCtagsCannotDoTwiceIsAProblem) {
  Extractor extractor({.ctags = "false"});
  const FileFacts facts = extractor.extract("a.py", "def f(): pass\n");
  EXPECT_TRUE(facts.definitions.empty());
  EXPECT_THAT(facts.problem, testing::HasSubstr("a.py"));
}

TEST(Extractor, AMissingCtagsIsSaidInASentence) {
  Extractor extractor({.ctags = "/nonexistent/ctags"});
  EXPECT_THROW(extractor.extract("a.py", "x = 1\n"), std::runtime_error);
}

TEST(Extractor, OddContentIsTaken) {
  Extractor extractor;
  const FileFacts empty = extractor.extract("empty.py", "");
  EXPECT_EQ(empty.lines, 0U);
  EXPECT_EQ(empty.language, "Python");
  EXPECT_EQ(empty.problem, "");
  EXPECT_EQ(extractor.extract("nul.py", std::string("a\0b = f()\n", 10)).problem, "");
  EXPECT_EQ(extractor.extract("long.js", std::string(1U << 20U, 'x')).problem, "");
  EXPECT_EQ(names(extractor.extract("latin.py", "def f(a='\xe9'): pass\r\n")),
            std::vector<std::string>{"f"});
}

}  // namespace
}  // namespace argus::worker
