// Which module (package) a file belongs to and what its imports name, language by language.
//
// Go: the module path of the nearest go.mod above the file (its FileFacts::module), then the
// directory. Python: the dotted path. Java and others: the package that the file declares. C and
// C++: none, an #include names a file.
//
// Threads: immutable after construction. Failure: none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "graph/graph_store.h"

namespace argus::worker {

std::string_view parent_directory(std::string_view path);  // "" at the root

class ModuleNames {
 public:
  explicit ModuleNames(const std::vector<StoredFile>& files);

  // Empty: the file's language has no modules.
  [[nodiscard]] std::string module_of(const StoredFile& file) const;
  // The module that an import in `file` names; empty when it names a file.
  [[nodiscard]] std::string imported_module(const StoredFile& file, const std::string& name) const;
  // The file that an import in `file` names, as C's #include "a/b.h" does.
  [[nodiscard]] std::optional<std::string> imported_file(const StoredFile& file,
                                                         const std::string& name) const;

 private:
  std::map<std::string, std::string, std::less<>> go_modules_;  // directory of go.mod -> its path
  std::unordered_set<std::string> paths_;
};

}  // namespace argus::worker
