// What one source file says, before anything is resolved across files: its definitions, imports and
// references. Deterministic: the same bytes at the same path give the same facts.
//
// Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace argus::worker {

// The graph's label of a definition.
enum class DefinitionLabel { kClass, kFunction, kVariable, kTest };

inline constexpr std::uint32_t kNoDefinition = 0xffffffff;

struct Definition {
  DefinitionLabel label = DefinitionLabel::kFunction;
  std::string kind;  // the language's word: func, method, struct, interface, class, const, ...
  std::string name;  // Validate
  // Names that enclose it inside the file, outermost first, joined by '.': for a Go method its
  // receiver's type, for a Python method its class. Empty at the top level.
  std::string scope;
  std::uint32_t line = 0;      // 1-based
  std::uint32_t end_line = 0;  // inclusive; equal to line when unknown
  std::string signature;
  std::vector<std::string> bases;  // as written: what it inherits, embeds or implements
};

struct Import {
  std::string module;  // as written, without quotes: k8s.io/api/core/v1, os.path, <vector>, ./util
  std::string alias;   // local name when it is given one
  std::uint32_t line = 0;
};

enum class ReferenceKind { kCall, kType };

struct Reference {
  ReferenceKind kind = ReferenceKind::kCall;
  std::uint32_t from =
      kNoDefinition;  // index of the enclosing definition; kNoDefinition: file level
  // What stands before the name, as far as the file itself tells: a package alias, a type name when
  // the file shows the variable's type ("type:Pod"), or the variable. Empty for a plain name.
  std::string qualifier;
  std::string name;
  std::uint32_t line = 0;
};

struct FileFacts {
  std::string path;      // relative to the repository's root, '/' between names
  std::string language;  // as universal-ctags names it: Go, Python, C++; empty when none is known
  std::string sha256;    // lower-case hexadecimal, of the bytes
  std::uint64_t bytes = 0;
  std::uint32_t lines = 0;
  std::string module;  // the package, module or namespace the file declares; empty for none
  std::vector<Definition> definitions;
  std::vector<Import> imports;
  std::vector<Reference> references;
  // Why definitions are missing, as a sentence for people; empty when nothing went wrong.
  std::string problem;
};

}  // namespace argus::worker
