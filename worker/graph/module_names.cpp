#include "graph/module_names.h"

#include <algorithm>

namespace argus::worker {
namespace {

bool is_c_family(std::string_view language) {
  return language == "C" || language == "C++" || language == "ObjectiveC" || language == "CUDA";
}

std::string joined(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  return std::string(directory) + '/' + std::string(name);
}

std::string python_module(std::string_view path) {
  std::string name(path.substr(0, path.rfind('.')));
  constexpr std::string_view kPackage = "/__init__";
  if (name.ends_with(kPackage)) name.resize(name.size() - kPackage.size());
  std::ranges::replace(name, '/', '.');
  return name;
}

}  // namespace

std::string_view parent_directory(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

ModuleNames::ModuleNames(const std::vector<StoredFile>& files) {
  for (const StoredFile& file : files) {
    paths_.insert(file.path);
    const bool is_go_mod = file.path == "go.mod" || file.path.ends_with("/go.mod");
    if (is_go_mod && !file.module.empty()) {
      go_modules_[std::string(parent_directory(file.path))] = file.module;
    }
  }
}

std::string ModuleNames::module_of(const StoredFile& file) const {
  if (file.path.ends_with("go.mod") || is_c_family(file.language)) return {};
  if (file.language == "Python") return python_module(file.path);
  if (file.language != "Go") return file.module;
  const std::string_view directory = parent_directory(file.path);
  std::string_view root = directory;
  while (true) {
    const auto found = go_modules_.find(root);
    if (found != go_modules_.end()) {
      const auto below = directory.substr(root.size());
      return found->second + (root.empty() && !below.empty() ? "/" : "") + std::string(below);
    }
    if (root.empty()) return std::string(directory);
    root = parent_directory(root);
  }
}

std::string ModuleNames::imported_module(const StoredFile& file, const std::string& name) const {
  if (is_c_family(file.language)) return {};
  if (file.language == "Python" && name.starts_with('.')) {
    std::string_view base = parent_directory(file.path);
    std::string_view rest = name;
    rest.remove_prefix(1);
    while (rest.starts_with('.')) {
      rest.remove_prefix(1);
      base = parent_directory(base);
    }
    std::string out(base);
    std::ranges::replace(out, '/', '.');
    if (!rest.empty() && !out.empty()) out += '.';
    return out + std::string(rest);
  }
  return name;
}

std::optional<std::string> ModuleNames::imported_file(const StoredFile& file,
                                                      const std::string& name) const {
  if (!is_c_family(file.language) || name.starts_with('<')) return std::nullopt;
  std::string_view directory = parent_directory(file.path);
  while (true) {  // beside the file, then below each directory above it
    std::string path = joined(directory, name);
    if (paths_.contains(path)) return path;
    if (directory.empty()) return std::nullopt;
    directory = parent_directory(directory);
  }
}

}  // namespace argus::worker
