#include "extract/reference_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argus::worker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FileFacts scan(std::string language, std::string_view content,
               std::vector<Definition> definitions = {}) {
  FileFacts facts;
  facts.path = "file";
  facts.language = std::move(language);
  facts.definitions = std::move(definitions);
  ReferenceScan().run(content, facts);
  return facts;
}

// "line qualifier|name" of each call.
std::vector<std::string> calls(const FileFacts& facts) {
  std::vector<std::string> result;
  for (const Reference& one : facts.references) {
    result.push_back(std::to_string(one.line) + " " + one.qualifier + "|" + one.name);
  }
  return result;
}

// "module" or "module as alias" of each import.
std::vector<std::string> imports(const FileFacts& facts) {
  std::vector<std::string> result;
  for (const Import& one : facts.imports) {
    result.push_back(one.module + (one.alias.empty() ? "" : " as " + one.alias));
  }
  return result;
}

Definition function(std::string name, std::uint32_t line, std::uint32_t end) {
  Definition definition;
  definition.name = std::move(name);
  definition.line = line;
  definition.end_line = end;
  return definition;
}

TEST(ReferenceScan, GoStringsCommentsAndGenerics) {
  const FileFacts facts = scan("Go",
                               "package a\n"
                               "func f() {\n"
                               "\ts := \"} not(1)\" // not(2)\n"
                               "\tr := `raw \\`\n"
                               "\t/* not(3)\n*/ a.b.Name(r, '{', '\\'')\n"
                               "\tMap[int, string](s)\n"
                               "\tfunc() { inner() }()\n"
                               "\tNew(x).Run([]byte(s))\n"
                               "}\n");
  EXPECT_THAT(calls(facts),
              ElementsAre("6 a.b|Name", "7 |Map", "8 |inner", "9 |New", "9 New()|Run"));
  for (const Reference& one : facts.references) EXPECT_EQ(one.from, 0U);
}

TEST(ReferenceScan, GoLocalTypes) {
  const FileFacts facts = scan("Go",
                               "package a\n"
                               "func (s *Server) Run(a, b Pod, c *v1.Node, d ...Opt) {\n"
                               "\ts.Go(); a.Go(); b.Go(); c.Go()\n"
                               "\tx := T[int]{}\n\tvar y *v1.Pod\n\tz := NewT()\n"
                               "\tx.Go(); y.Go(); z.Go(); s.field.Go()\n"
                               "}\n");
  EXPECT_THAT(calls(facts),
              ElementsAre("3 type:Server|Go", "3 type:Pod|Go", "3 type:Pod|Go", "3 type:v1.Node|Go",
                          "6 |NewT", "7 type:T|Go", "7 type:v1.Pod|Go", "7 z|Go", "7 s.field|Go"));
}

TEST(ReferenceScan, Python) {
  const FileFacts facts = scan("Python",
                               "import os.path as p, sys\n"
                               "from . import near\n"
                               "from a.b import (c as d,\n    e)\n"
                               "class K(Base):\n"
                               "    def m(self):\n"
                               "        '''doc(1)\n        doc(2)'''\n"
                               "        # no(3)\n"
                               "        return self.go(r'\\')(', \"no(4)\")\n",
                               {function("K", 5, 10), function("m", 6, 10)});
  EXPECT_THAT(imports(facts), ElementsAre("os.path as p", "sys", ".near", "a.b.c as d", "a.b.e"));
  EXPECT_THAT(calls(facts), ElementsAre("10 self|go"));
  EXPECT_EQ(facts.references[0].from, 1U);
}

TEST(ReferenceScan, Cpp) {
  const FileFacts facts = scan("C++",
                               "#include <vector>\n#include \"a.h\"\n"
                               "void f(int);\n"
                               "int main() {\n"
                               "  auto s = R\"x(no(1) )\" )x\";\n"
                               "  ns::g<int>(1'000, ')'); p->h(); return k();\n"
                               "}\n",
                               {function("main", 4, 7)});
  EXPECT_THAT(imports(facts), ElementsAre("<vector>", "a.h"));
  EXPECT_THAT(calls(facts), ElementsAre("6 ns|g", "6 p|h", "6 |k"));
}

TEST(ReferenceScan, JavaScriptTemplatesAndRegularExpressions) {
  const FileFacts facts = scan("JavaScript",
                               "import d, { e } from './d';\n"
                               "const r = require(\"r\");\n"
                               "const t = `no(1) ${ `no(2)` + f({}) } no(3)`;\n"
                               "x = a / b; y = /no(4)[/]\"/.test(s); z(1);\n");
  EXPECT_THAT(imports(facts), ElementsAre("./d as d", "r as r"));
  EXPECT_THAT(calls(facts), testing::Contains("4 |z"));
}

TEST(ReferenceScan, JavaAndRust) {
  const FileFacts java = scan("Java",
                              "import static a.b.C.*;\nimport a.D;\n"
                              "class X { void f() { List<A> a = D.make(); this.g(); } }\n",
                              {function("X", 3, 3), function("f", 3, 3)});
  EXPECT_THAT(imports(java), ElementsAre("a.b.C.*", "a.D"));
  EXPECT_THAT(calls(java), ElementsAre("3 D|make", "3 this|g"));
  const FileFacts rust = scan("Rust",
                              "use a::{b, c::{d as e, *}};\n"
                              "fn f<'a>(x: &'a str) -> char { g::<u8>(r#\"no(1) \"#); '\"' }\n"
                              "/* a /* no(2) */ no(3) */ fn h() { T::new('x'); }\n",
                              {function("f", 2, 2), function("h", 3, 3)});
  EXPECT_THAT(imports(rust), ElementsAre("a::b", "a::c::d as e", "a::c::*"));
  EXPECT_THAT(calls(rust), ElementsAre("2 |g", "3 T|new"));
}

TEST(ReferenceScan, OddContentIsRead) {
  EXPECT_THAT(calls(scan("Go", "")), IsEmpty());
  EXPECT_THAT(calls(scan("Go", "package a\r\nfunc f() {\r\n\tg()\r\n}")), ElementsAre("3 |g"));
  EXPECT_THAT(calls(scan("Go", std::string_view("package a\0\nfunc f() { g() }", 27))),
              ElementsAre("2 |g"));
  EXPECT_THAT(calls(scan("Go",
                         "package a\nfunc f() { gr\xc3\xb6\xc3\x9f"
                         "e() }\n")),
              ElementsAre("2 |gr\xc3\xb6\xc3\x9f"
                          "e"));
  for (const char* unfinished : {"\"", "`", "/*", "func (", "type (", "func f[", "import", "("}) {
    EXPECT_THAT(calls(scan("Go", unfinished)), IsEmpty()) << unfinished;
  }
  std::string line;
  while (line.size() < (1U << 20U)) line += "f(";
  EXPECT_EQ(scan("JavaScript", line).references.size(), line.size() / 2);
}

}  // namespace
}  // namespace argus::worker
