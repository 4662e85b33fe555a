#include "graph/resolution.h"

#include <algorithm>
#include <unordered_map>

#include "graph/facts_text.h"
#include "graph/module_names.h"

namespace argus::worker {
namespace {

constexpr int kMaxInheritance = 8;  // levels of bases searched for a method
constexpr std::string_view kTypeQualifier = "type:";

std::string last_part(std::string_view name) {
  const auto at = name.find_last_of("./:");
  return std::string(at == std::string_view::npos ? name : name.substr(at + 1));
}

// *pkg.T[K] -> pkg.T
std::string_view bare_type(std::string_view name) {
  while (!name.empty() && std::string_view("*&[] ").find(name.front()) != std::string_view::npos) {
    name.remove_prefix(1);
  }
  return name.substr(0, name.find_first_of("[<({ "));
}

// Local names that an import without an alias may have. Go: the last name of the path, or the one
// before a version (example.com/yaml/v3 and gopkg.in/yaml.v3 are yaml); the package's own name,
// when it is in the codebase, is added by the caller.
std::vector<std::string> local_names(const Import& import, bool is_go) {
  if (!import.alias.empty()) return {import.alias};
  if (!is_go) return {last_part(import.module)};
  const std::string_view module = import.module;
  const auto slash = module.rfind('/');
  const std::string_view last = module.substr(slash == std::string_view::npos ? 0 : slash + 1);
  std::vector<std::string> names = {std::string(last)};
  const auto is_version = [](std::string_view text) {
    return text.size() >= 2 && text[0] == 'v' &&
           text.find_first_not_of("0123456789", 1) == std::string_view::npos;
  };
  const auto dot = last.rfind('.');
  if (dot != std::string_view::npos && is_version(last.substr(dot + 1))) {
    names.emplace_back(last.substr(0, dot));
  } else if (is_version(last) && slash != std::string_view::npos) {
    names.push_back(last_part(module.substr(0, slash)));
  }
  return names;
}

// Looked up by parts of texts, without copies of them.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <typename Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

// Where plain names live: a module, or a file of a language without modules.
struct Space {
  ByText<const StoredDefinition*> classes;    // by scope.name
  ByText<const StoredDefinition*> functions;  // the same
};
using Names = ByText<const StoredDefinition*> Space::*;

class Resolver {
 public:
  explicit Resolver(const StoredGraph& graph) : graph_(graph), names_(graph.files) {
    index_places();
    index_files();
    index_imports();
    index_definitions();
  }

  Resolution run() {
    link_structure();
    link_imports();
    link_methods();
    link_inheritance();
    for (std::size_t i = 0; i < graph_.files.size(); ++i) link_references(i);
    std::ranges::sort(out_.edges);
    out_.edges.erase(std::unique(out_.edges.begin(), out_.edges.end()), out_.edges.end());
    return std::move(out_);
  }

 private:
  using Definitions = std::vector<const StoredDefinition*>;

  struct FileView {
    FileFacts facts;              // imports and references only
    std::string space;            // its module, or its own path
    ByText<std::string> imports;  // local name -> module or path
    std::vector<std::string> imported_files;
    Definitions definitions;  // by index
  };

  void index_places() {
    for (const StoredPlace& place : graph_.places) {
      (place.label == NodeLabel::kModule ? modules_ : directories_)[place.key] = place.id;
    }
  }

  void index_files() {
    views_.resize(graph_.files.size());
    for (std::size_t i = 0; i < graph_.files.size(); ++i) {
      const StoredFile& file = graph_.files[i];
      FileView& view = views_[i];
      by_path_[file.path] = i;
      decode_references(file.references, view.facts);
      view.space = names_.module_of(file);
      if (view.space.empty()) view.space = file.path;
    }
  }

  void index_imports() {
    std::unordered_map<std::string, std::string> package_names;  // of Go packages, by space
    for (std::size_t i = 0; i < graph_.files.size(); ++i) {
      const StoredFile& file = graph_.files[i];
      if (file.language == "Go" && !file.module.empty() && !file.path.ends_with("_test.go")) {
        package_names.try_emplace(views_[i].space, file.module);
      }
    }
    for (std::size_t i = 0; i < graph_.files.size(); ++i) {
      const StoredFile& file = graph_.files[i];
      FileView& view = views_[i];
      for (const Import& import : view.facts.imports) {
        std::string space = names_.imported_module(file, import.module);
        if (space.empty()) space = names_.imported_file(file, import.module).value_or("");
        if (space.empty()) continue;
        const auto own = package_names.find(space);
        if (import.alias.empty() && own != package_names.end()) {
          view.imports.try_emplace(own->second, space);
          continue;
        }
        for (auto& name : local_names(import, file.language == "Go")) {
          view.imports.try_emplace(std::move(name), space);
        }
      }
      for (const auto& [local, space] : view.imports) {
        if (by_path_.contains(space)) view.imported_files.push_back(space);
      }
    }
  }

  void index_definitions() {
    for (const StoredDefinition& definition : graph_.definitions) {
      const auto found = by_path_.find(definition.path);
      if (found == by_path_.end()) continue;
      FileView& view = views_[found->second];
      if (view.definitions.size() <= definition.index) {
        view.definitions.resize(definition.index + 1, nullptr);
      }
      view.definitions[definition.index] = &definition;
      const std::string qualified =
          definition.scope.empty() ? definition.name : definition.scope + '.' + definition.name;
      if (definition.label == NodeLabel::kClass) {
        spaces_[view.space].classes.emplace(qualified, &definition);
      } else if (definition.label != NodeLabel::kVariable) {
        spaces_[view.space].functions.emplace(qualified, &definition);
        if (!definition.scope.empty()) methods_[definition.name].push_back(&definition);
      }
    }
  }

  void link(EdgeType type, NodeId from, NodeId to) {
    if (from != to || type == EdgeType::kCalls) out_.edges.push_back({type, from, to});
  }

  void link_structure() {
    for (const auto& [path, id] : directories_) {
      const auto parent = directories_.find(std::string(parent_directory(path)));
      link(EdgeType::kContains,
           parent == directories_.end() ? graph_.repository.id : parent->second, id);
    }
    for (std::size_t i = 0; i < graph_.files.size(); ++i) {
      const StoredFile& file = graph_.files[i];
      const auto directory = directories_.find(std::string(parent_directory(file.path)));
      link(EdgeType::kContains,
           directory == directories_.end() ? graph_.repository.id : directory->second, file.id);
      const auto module = modules_.find(views_[i].space);
      if (module != modules_.end()) link(EdgeType::kContains, module->second, file.id);
    }
  }

  void link_imports() {
    for (std::size_t i = 0; i < graph_.files.size(); ++i) {
      const StoredFile& file = graph_.files[i];
      for (const Import& import : views_[i].facts.imports) {
        const auto module = modules_.find(names_.imported_module(file, import.module));
        if (module != modules_.end()) link(EdgeType::kImports, file.id, module->second);
        const auto path = names_.imported_file(file, import.module);
        if (path) link(EdgeType::kImports, file.id, graph_.files[by_path_.at(*path)].id);
      }
    }
  }

  void link_methods() {
    for (std::size_t i = 0; i < graph_.files.size(); ++i) {
      for (const StoredDefinition* definition : views_[i].definitions) {
        if (definition == nullptr) continue;
        link(EdgeType::kDefines, graph_.files[i].id, definition->id);
        if (definition->scope.empty()) continue;
        const auto* owner = find_class(i, definition->scope);
        if (owner != nullptr) link(EdgeType::kDefines, owner->id, definition->id);
      }
    }
  }

  void link_inheritance() {
    for (std::size_t i = 0; i < graph_.files.size(); ++i) {
      for (const StoredDefinition* definition : views_[i].definitions) {
        if (definition == nullptr || definition->label != NodeLabel::kClass) continue;
        for (const StoredDefinition* base : bases_of(*definition)) {
          link(EdgeType::kInherits, definition->id, base->id);
        }
      }
    }
  }

  const StoredDefinition* lookup(Names in, std::string_view space, std::string_view name) const {
    const auto names = spaces_.find(space);
    if (names == spaces_.end()) return nullptr;
    const auto found = (names->second.*in).find(name);
    return found == (names->second.*in).end() ? nullptr : found->second;
  }

  // A plain or dotted name as the file sees it: in its own module, else through its imports.
  const StoredDefinition* find(Names in, std::size_t file, std::string_view name) const {
    const FileView& view = views_[file];
    std::string dotted;
    if (name.find("::") != std::string_view::npos) {
      dotted = name;
      for (auto at = dotted.find("::"); at != std::string::npos; at = dotted.find("::")) {
        dotted.replace(at, 2, ".");
      }
      name = dotted;
    }
    if (const auto* own = lookup(in, view.space, name)) return own;
    const auto dot = name.find('.');
    if (dot != std::string_view::npos) {
      const auto import = view.imports.find(name.substr(0, dot));
      if (import != view.imports.end()) {
        if (const auto* other = lookup(in, import->second, name.substr(dot + 1))) return other;
      }
    }
    return find_imported(in, view, name);
  }

  // Names that come without a qualifier: from x import T, import a.b.T, #include "t.h".
  const StoredDefinition* find_imported(Names in, const FileView& view,
                                        std::string_view name) const {
    const std::string_view head = name.substr(0, name.find('.'));
    const auto import = view.imports.find(head);
    if (import != view.imports.end()) {
      const std::string& space = import->second;
      if (space.size() > head.size() && space.ends_with(head) &&
          space[space.size() - head.size() - 1] == '.') {
        const auto outer = std::string_view(space).substr(0, space.size() - head.size() - 1);
        if (const auto* other = lookup(in, outer, name)) return other;
      }
    }
    for (const std::string& space : view.imported_files) {
      if (const auto* other = lookup(in, space, name)) return other;
    }
    return nullptr;
  }

  const StoredDefinition* find_class(std::size_t file, std::string_view name) const {
    return find(&Space::classes, file, bare_type(name));
  }

  Definitions bases_of(const StoredDefinition& definition) const {
    Definitions found;
    const std::size_t file = by_path_.at(definition.path);
    std::string_view rest = definition.bases;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      const auto* base = find_class(file, rest.substr(0, end));
      if (base != nullptr && base != &definition) found.push_back(base);
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    return found;
  }

  const StoredDefinition* find_method(const StoredDefinition& owner, const std::string& name,
                                      int depth) const {
    const std::string scope = owner.scope.empty() ? owner.name : owner.scope + '.' + owner.name;
    const std::string& space = views_[by_path_.at(owner.path)].space;
    if (const auto* own = lookup(&Space::functions, space, scope + '.' + name)) return own;
    if (depth == kMaxInheritance) return nullptr;
    for (const StoredDefinition* base : bases_of(owner)) {
      if (const auto* inherited = find_method(*base, name, depth + 1)) return inherited;
    }
    return nullptr;
  }

  const StoredDefinition* find_plain(std::size_t file, const StoredDefinition* from,
                                     const std::string& name) const {
    if (from != nullptr && !from->scope.empty() && graph_.files[file].language != "Go" &&
        graph_.files[file].language != "Python") {
      if (const auto* owner = find_class(file, from->scope)) {
        if (const auto* method = find_method(*owner, name, 0)) return method;
      }
    }
    return find(&Space::functions, file, name);
  }

  const StoredDefinition* find_qualified(std::size_t file, const StoredDefinition* from,
                                         const std::string& qualifier,
                                         const std::string& name) const {
    if (const auto* function = find(&Space::functions, file, qualifier + '.' + name))
      return function;
    const bool self = qualifier == "self" || qualifier == "cls" || qualifier == "this";
    const std::string type = qualifier.starts_with(kTypeQualifier)
                                 ? qualifier.substr(kTypeQualifier.size())
                             : self && from != nullptr ? from->scope
                                                       : qualifier;
    if (const auto* owner = find_class(file, type)) return find_method(*owner, name, 0);
    // The name of a package outside of the codebase, or a type of one: not ours.
    const std::string head = type.substr(0, type.find('.'));
    if (views_[file].imports.contains(head)) return nullptr;
    const auto found = methods_.find(name);
    if (found == methods_.end() || found->second.size() != 1) return nullptr;
    return found->second.front();
  }

  void link_references(std::size_t file) {
    const FileView& view = views_[file];
    for (const Reference& reference : view.facts.references) {
      const StoredDefinition* from =
          reference.from < view.definitions.size() ? view.definitions[reference.from] : nullptr;
      const NodeId source = from == nullptr ? graph_.files[file].id : from->id;
      const std::string written =
          reference.qualifier.empty() ? reference.name : reference.qualifier + '.' + reference.name;
      if (reference.kind == ReferenceKind::kType) {
        const auto* type = find_class(file, written);
        if (type != nullptr) link(EdgeType::kReferences, source, type->id);
        continue;
      }
      const auto* callee = reference.qualifier.empty()
                               ? find_plain(file, from, reference.name)
                               : find_qualified(file, from, reference.qualifier, reference.name);
      if (callee != nullptr) {
        link(EdgeType::kCalls, source, callee->id);
      } else if (const auto* type = find_class(file, written)) {
        link(EdgeType::kReferences, source, type->id);  // a construction or a conversion
      } else {
        ++out_.calls_unresolved;
      }
    }
  }

  const StoredGraph& graph_;
  const ModuleNames names_;
  std::unordered_map<std::string, NodeId> directories_;
  std::unordered_map<std::string, NodeId> modules_;
  std::unordered_map<std::string, std::size_t> by_path_;
  std::vector<FileView> views_;
  ByText<Space> spaces_;
  std::unordered_map<std::string, Definitions> methods_;  // by name alone
  Resolution out_;
};

}  // namespace

PlannedPlaces plan_places(const StoredGraph& graph) {
  std::map<std::pair<NodeLabel, std::string>, StoredPlace> wanted;
  const ModuleNames names(graph.files);
  for (const StoredFile& file : graph.files) {
    for (auto path = parent_directory(file.path); !path.empty(); path = parent_directory(path)) {
      const std::string key(path);
      if (!wanted
               .try_emplace({NodeLabel::kDirectory, key},
                            StoredPlace{kNoNode, NodeLabel::kDirectory, key, key})
               .second) {
        break;
      }
    }
    FileFacts facts;
    decode_references(file.references, facts);
    for (const Import& import : facts.imports) {
      const std::string name = names.imported_module(file, import.module);
      if (name.empty()) continue;
      wanted.try_emplace({NodeLabel::kModule, name},
                         StoredPlace{kNoNode, NodeLabel::kModule, name, ""});
    }
  }
  for (const StoredFile& file : graph.files) {
    const std::string name = names.module_of(file);
    if (name.empty()) continue;
    const std::string path(parent_directory(file.path));
    wanted[{NodeLabel::kModule, name}] = {kNoNode, NodeLabel::kModule, name, path};
  }
  PlannedPlaces plan;
  for (const StoredPlace& stored : graph.places) {
    const auto found = wanted.find({stored.label, stored.key});
    if (found == wanted.end() || found->second.id != kNoNode) {
      plan.stale.push_back(stored.id);
    } else {
      found->second.id = stored.id;
    }
  }
  for (auto& [key, place] : wanted) plan.wanted.push_back(std::move(place));
  return plan;
}

Resolution resolve_edges(const StoredGraph& graph) { return Resolver(graph).run(); }

}  // namespace argus::worker
