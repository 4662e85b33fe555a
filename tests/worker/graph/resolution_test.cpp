#include "graph/resolution.h"

#include <gmock/gmock.h>

#include "graph/facts_text.h"

namespace argus::worker {
namespace {

// A stored graph made by hand from facts, with places and ids as a store would give them.
class Codebase {
 public:
  Codebase() { graph_.repository.id = next_++; }

  void add(const FileFacts& facts) {
    graph_.files.push_back({next_++, facts.path, facts.language, facts.module, facts.sha256,
                            encode_references(facts)});
    const auto keys = definition_keys(facts);
    for (std::size_t i = 0; i < facts.definitions.size(); ++i) {
      const Definition& d = facts.definitions[i];
      std::string bases;
      for (const auto& base : d.bases) bases += (bases.empty() ? "" : "\n") + base;
      graph_.definitions.push_back({next_++, label_of(d.label), keys[i], facts.path,
                                    static_cast<std::uint32_t>(i), d.kind, d.name, d.scope, bases});
    }
  }

  Resolution resolve() {
    graph_.places = plan_places(graph_).wanted;
    for (auto& place : graph_.places) place.id = next_++;
    return resolve_edges(graph_);
  }

  // "CALLS a.go#Function:f b.go#Function:g"
  std::set<std::string> edges(EdgeType type) {
    std::set<std::string> out;
    for (const Edge& edge : resolve().edges) {
      if (edge.type == type) out.insert(name(edge.from) + " -> " + name(edge.to));
    }
    return out;
  }

 private:
  std::string name(NodeId id) const {
    for (const auto& d : graph_.definitions) {
      if (d.id == id) return d.key;
    }
    for (const auto& f : graph_.files) {
      if (f.id == id) return f.path;
    }
    for (const auto& p : graph_.places) {
      if (p.id == id) return p.key;
    }
    return id == graph_.repository.id ? "repository" : "nothing";
  }

  StoredGraph graph_;
  NodeId next_ = 0;
};

Definition function(std::string name, std::string scope = "") {
  Definition d;
  d.name = std::move(name);
  d.scope = std::move(scope);
  return d;
}

Definition type(std::string name, std::vector<std::string> bases = {}) {
  Definition d;
  d.label = DefinitionLabel::kClass;
  d.name = std::move(name);
  d.bases = std::move(bases);
  return d;
}

FileFacts file(std::string path, std::string language) {
  FileFacts facts;
  facts.path = std::move(path);
  facts.language = std::move(language);
  return facts;
}

Reference call(std::uint32_t from, std::string qualifier, std::string name) {
  return {ReferenceKind::kCall, from, std::move(qualifier), std::move(name), 1};
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Resolution, GoFindsPackagesThroughTheModulePath) {
  Codebase code;
  FileFacts mod = file("go.mod", "GoMod");
  mod.module = "example.com/shop";
  FileFacts main = file("cmd/main.go", "Go");
  main.definitions = {function("main")};
  main.imports = {{"example.com/shop/pkg/cart", "", 3}, {"fmt", "", 4}};
  main.references = {call(0, "cart", "Open"), call(0, "fmt", "Println"), call(0, "", "local")};
  FileFacts other = file("cmd/other.go", "Go");
  other.definitions = {function("local")};
  FileFacts cart = file("pkg/cart/cart.go", "Go");
  cart.definitions = {function("Open"), function("Println", "Printer")};
  for (const auto& facts : {mod, main, other, cart}) code.add(facts);
  EXPECT_THAT(code.edges(EdgeType::kCalls),
              ElementsAre("cmd/main.go#Function:main -> cmd/other.go#Function:local",
                          "cmd/main.go#Function:main -> pkg/cart/cart.go#Function:Open"));
  EXPECT_THAT(code.edges(EdgeType::kImports),
              ElementsAre("cmd/main.go -> example.com/shop/pkg/cart", "cmd/main.go -> fmt"));
  EXPECT_EQ(code.resolve().calls_unresolved, 1U);
}

TEST(Resolution, GoPackagesMayBeNamedUnlikeTheirPath) {
  Codebase code;
  FileFacts mod = file("go.mod", "");
  mod.module = "k8s.io/api";
  FileFacts core = file("core/v1/types.go", "Go");
  core.module = "v1";
  core.definitions = {function("New")};
  FileFacts yaml = file("pkg/go-yaml/yaml.go", "Go");
  yaml.module = "yaml";
  yaml.definitions = {function("Marshal")};
  FileFacts main = file("main.go", "Go");
  main.definitions = {function("main")};
  main.imports = {{"k8s.io/api/core/v1", "", 1}, {"k8s.io/api/pkg/go-yaml", "", 2}};
  main.references = {call(0, "v1", "New"), call(0, "yaml", "Marshal")};
  for (const auto& facts : {mod, core, yaml, main}) code.add(facts);
  EXPECT_THAT(code.edges(EdgeType::kCalls),
              ElementsAre("main.go#Function:main -> core/v1/types.go#Function:New",
                          "main.go#Function:main -> pkg/go-yaml/yaml.go#Function:Marshal"));
}

TEST(Resolution, GoMethodsOfATypeAndOfWhatItEmbeds) {
  Codebase code;
  FileFacts types = file("pkg/types.go", "Go");
  types.definitions = {type("Base"), type("Pod", {"*Base"}), function("Name", "Base")};
  FileFacts methods = file("pkg/methods.go", "Go");
  methods.definitions = {function("Run", "Pod"), function("main")};
  methods.references = {call(1, "type:Pod", "Run"), call(1, "type:*Pod", "Name")};
  for (const auto& facts : {types, methods}) code.add(facts);
  EXPECT_THAT(code.edges(EdgeType::kCalls),
              ElementsAre("pkg/methods.go#Function:main -> pkg/methods.go#Function:Pod.Run",
                          "pkg/methods.go#Function:main -> pkg/types.go#Function:Base.Name"));
  EXPECT_THAT(code.edges(EdgeType::kInherits),
              ElementsAre("pkg/types.go#Class:Pod -> pkg/types.go#Class:Base"));
  EXPECT_TRUE(code.edges(EdgeType::kDefines)
                  .contains("pkg/types.go#Class:Pod -> pkg/methods.go#Function:Pod.Run"));
}

TEST(Resolution, AMethodNameThatIsUniqueIsTheLastResort) {
  Codebase code;
  FileFacts go = file("a.go", "Go");
  go.definitions = {function("Only", "T"), function("Twice", "T"), function("Twice", "U"),
                    function("main")};
  go.references = {call(3, "x", "Only"), call(3, "x", "Twice")};
  code.add(go);
  EXPECT_THAT(code.edges(EdgeType::kCalls),
              ElementsAre("a.go#Function:main -> a.go#Function:T.Only"));
}

TEST(Resolution, PythonSelfBasesAndFromImports) {
  Codebase code;
  FileFacts base = file("shop/base.py", "Python");
  base.definitions = {type("Base"), function("save", "Base"), function("helper")};
  FileFacts cart = file("shop/cart.py", "Python");
  cart.definitions = {type("Cart", {"Base"}), function("add", "Cart")};
  cart.imports = {{"shop.base.Base", "", 1}, {"shop.base.helper", "", 1}};
  cart.references = {call(1, "self", "save"), call(1, "", "helper")};
  for (const auto& facts : {base, cart}) code.add(facts);
  EXPECT_THAT(code.edges(EdgeType::kCalls),
              ElementsAre("shop/cart.py#Function:Cart.add -> shop/base.py#Function:Base.save",
                          "shop/cart.py#Function:Cart.add -> shop/base.py#Function:helper"));
  EXPECT_THAT(code.edges(EdgeType::kInherits),
              ElementsAre("shop/cart.py#Class:Cart -> shop/base.py#Class:Base"));
}

TEST(Resolution, JavaCallsItsOwnClassAndStaticMethods) {
  Codebase code;
  FileFacts a = file("src/A.java", "Java");
  a.module = "org.shop";
  a.definitions = {type("A"), function("run", "A"), function("step", "A")};
  a.references = {call(1, "", "step"), call(1, "B", "make")};
  FileFacts b = file("src/B.java", "Java");
  b.module = "org.shop";
  b.definitions = {type("B"), function("make", "B"), function("step", "B")};
  for (const auto& facts : {a, b}) code.add(facts);
  EXPECT_THAT(code.edges(EdgeType::kCalls),
              ElementsAre("src/A.java#Function:A.run -> src/A.java#Function:A.step",
                          "src/A.java#Function:A.run -> src/B.java#Function:B.make"));
}

TEST(Resolution, CppIncludesAreFiles) {
  Codebase code;
  FileFacts header = file("lib/cart.h", "C++");
  header.definitions = {type("Cart"), function("open")};
  FileFacts source = file("lib/main.cpp", "C++");
  source.definitions = {function("main")};
  source.imports = {{"lib/cart.h", "", 1}, {"<vector>", "", 2}};
  source.references = {call(0, "", "open"), {ReferenceKind::kType, 0, "", "Cart", 4}};
  for (const auto& facts : {header, source}) code.add(facts);
  EXPECT_THAT(code.edges(EdgeType::kImports), ElementsAre("lib/main.cpp -> lib/cart.h"));
  EXPECT_THAT(code.edges(EdgeType::kCalls),
              ElementsAre("lib/main.cpp#Function:main -> lib/cart.h#Function:open"));
  EXPECT_THAT(code.edges(EdgeType::kReferences),
              ElementsAre("lib/main.cpp#Function:main -> lib/cart.h#Class:Cart"));
}

TEST(Resolution, EveryFileHangsBelowTheRepository) {
  Codebase code;
  code.add(file("a/b/c.txt", ""));
  code.add(file("top.txt", ""));
  EXPECT_THAT(
      code.edges(EdgeType::kContains),
      ElementsAre("a -> a/b", "a/b -> a/b/c.txt", "repository -> a", "repository -> top.txt"));
  EXPECT_THAT(code.edges(EdgeType::kCalls), IsEmpty());
}

TEST(Resolution, EqualDefinitionsHaveKeysOfTheirOwn) {
  FileFacts facts = file("a.go", "Go");
  facts.definitions = {function("init"), function("init"), function("init", "T")};
  EXPECT_THAT(definition_keys(facts),
              ElementsAre("a.go#Function:init", "a.go#Function:init~2", "a.go#Function:T.init"));
}

}  // namespace
}  // namespace argus::worker
