#include "cli/source_tree.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/file_choice.h"
#include "cli/git_checkout.h"
#include "cli/printable.h"

namespace argus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameBytesMax = 256;  // of a repository and a branch: the event's schema

std::string absolute(const std::string& path) {
  std::error_code error;
  const fs::path root = fs::canonical(path, error);
  if (error) {
    throw TreeError("The path " + printable(path) + " cannot be read: " + error.message() + ".");
  }
  if (!fs::is_directory(root, error)) {
    throw TreeError("The path " + printable(path) +
                    " is no directory: name the directory that holds the code.");
  }
  return root;
}

// What lies at `path` goes to the files, or to those left out. What is gone is neither.
void sort_in(SourceTree& tree, const std::string& path) {
  struct stat status {};
  if (lstat((tree.root + "/" + path).c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) {
      tree.skipped.push_back({path, std::string("cannot be read: ") + std::strerror(errno)});
    }
    return;
  }
  const auto skip = [&](std::string_view reason) {
    tree.skipped.push_back({path, std::string(reason)});
  };
  if (S_ISLNK(status.st_mode)) return skip(kSkippedLink);
  if (S_ISDIR(status.st_mode)) return skip(kSkippedSubmodule);
  if (!S_ISREG(status.st_mode)) return skip(kSkippedSpecial);
  if (const auto refusal = path_refusal(path)) return skip(*refusal);
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  if (const auto refusal = size_refusal(bytes)) return skip(*refusal);
  tree.files.push_back({path, bytes});
}

class PlainWalk {
 public:
  explicit PlainWalk(SourceTree& tree) : tree_(tree), rules_(tree.root) {}

  // `prefix` is empty or ends with '/'. Links are not followed, so that a loop of them ends.
  void walk(const std::string& prefix) {
    std::error_code error;
    fs::directory_iterator entries(tree_.root + "/" + prefix, error);
    if (error) {
      tree_.skipped.push_back({prefix, "cannot be read: " + error.message()});
      return;
    }
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      if (error) break;
      const std::string name = entries->path().filename();
      const fs::file_status status = entries->symlink_status(error);
      if (!error && fs::is_directory(status)) {
        const std::string below = prefix + name + "/";
        if (!is_version_control(name) && !rules_.ignores(below)) walk(below);
      } else if (name != ".git" && !rules_.ignores(prefix + name)) {  // a file in a worktree
        sort_in(tree_, prefix + name);
      }
    }
  }

 private:
  SourceTree& tree_;
  IgnoreRules rules_;
};

void read_checkout(SourceTree& tree, const GitCheckout& checkout) {
  const CheckoutHead head = checkout.head();
  tree.is_checkout = true;
  tree.repository.commit = head.commit;
  tree.repository.branch = shortened(printable(head.branch), kNameBytesMax);
  tree.repository.url = printable(head.url);
  for (const CheckoutEntry& entry : checkout.entries()) {
    const bool directory = !entry.path.empty() && entry.path.back() == '/';
    if (directory) {
      tree.skipped.push_back({entry.path, std::string(kSkippedSubmodule)});
      continue;
    }
    if (entry.differs && !head.commit.empty()) ++tree.differing;
    sort_in(tree, entry.path);
  }
}

// "kubernetes" of "https://github.com/kubernetes/kubernetes.git".
std::string name_of_url(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  if (url.size() > 4 && url.compare(url.size() - 4, 4, ".git") == 0) url.resize(url.size() - 4);
  return url.substr(url.find_last_of("/:") + 1);
}

std::string repository_name(const SourceTree& tree, const TreeOptions& options, bool whole) {
  if (!options.repository_name.empty()) return options.repository_name;
  if (whole && !tree.repository.url.empty()) {
    if (std::string name = name_of_url(tree.repository.url); !name.empty()) {
      return shortened(std::move(name), kNameBytesMax);
    }
  }
  const std::string name = printable(fs::path(tree.root).filename().string());
  return name.empty() ? "root" : shortened(name, kNameBytesMax);
}

}  // namespace

SourceTree read_source_tree(const TreeOptions& options) {
  SourceTree tree;
  tree.root = absolute(options.path);
  const auto checkout = options.use_git ? GitCheckout::find(tree.root) : std::nullopt;
  if (checkout) {
    read_checkout(tree, *checkout);
  } else {
    PlainWalk(tree).walk("");
  }
  tree.repository.name = repository_name(tree, options, checkout && checkout->is_whole());
  std::sort(tree.files.begin(), tree.files.end(),
            [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  const auto same = [](const TreeFile& a, const TreeFile& b) { return a.path == b.path; };
  tree.files.erase(std::unique(tree.files.begin(), tree.files.end(), same), tree.files.end());
  return tree;
}

}  // namespace argus::cli
