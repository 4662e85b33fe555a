#include "graph/graph_store.h"

#include <unordered_map>

namespace argus::worker {

const char* to_word(NodeLabel label) {
  switch (label) {
    case NodeLabel::kRepository:
      return "Repository";
    case NodeLabel::kDirectory:
      return "Directory";
    case NodeLabel::kFile:
      return "File";
    case NodeLabel::kModule:
      return "Module";
    case NodeLabel::kClass:
      return "Class";
    case NodeLabel::kFunction:
      return "Function";
    case NodeLabel::kVariable:
      return "Variable";
    case NodeLabel::kTest:
      return "Test";
  }
  return "";
}

const char* to_word(EdgeType type) {
  switch (type) {
    case EdgeType::kContains:
      return "CONTAINS";
    case EdgeType::kDefines:
      return "DEFINES";
    case EdgeType::kImports:
      return "IMPORTS";
    case EdgeType::kCalls:
      return "CALLS";
    case EdgeType::kInherits:
      return "INHERITS";
    case EdgeType::kReferences:
      return "REFERENCES";
  }
  return "";
}

NodeLabel label_of(DefinitionLabel label) {
  switch (label) {
    case DefinitionLabel::kClass:
      return NodeLabel::kClass;
    case DefinitionLabel::kFunction:
      return NodeLabel::kFunction;
    case DefinitionLabel::kVariable:
      return NodeLabel::kVariable;
    case DefinitionLabel::kTest:
      return NodeLabel::kTest;
  }
  return NodeLabel::kVariable;
}

std::vector<std::string> definition_keys(const FileFacts& facts) {
  std::vector<std::string> keys;
  keys.reserve(facts.definitions.size());
  std::unordered_map<std::string, int> seen;
  for (const Definition& definition : facts.definitions) {
    std::string key = facts.path + '#' + to_word(label_of(definition.label)) + ':';
    if (!definition.scope.empty()) key += definition.scope + '.';
    key += definition.name;
    const int count = ++seen[key];
    if (count > 1) key += '~' + std::to_string(count);
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace argus::worker
