#include "cli/ingest/source_tree.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unordered_set>

#include "base/utf8.h"
#include "cli/ingest/file_choice.h"
#include "cli/ingest/file_reader.h"
#include "cli/ingest/git_checkout.h"
#include "cli/ingest/ignore_rules.h"
#include "cli/terminal/printable.h"

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
                    " is not a directory: name the directory that holds the code.");
  }
  return root;
}

// What lies at `path` goes to the files, or to those left out. What is gone is neither.
void sort_in(SourceTree& tree, const std::string& path) {
  struct stat status {};
  if (lstat((tree.root + "/" + path).c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) {
      tree.skipped.push_back({path, "cannot be read: " + std::generic_category().message(errno)});
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

// Patterns of a file, if it can be read.
std::string patterns_of(const std::string& directory, const std::string& name) {
  auto read = read_source(directory, name);
  auto* text = std::get_if<std::string>(&read);
  return text == nullptr ? "" : std::move(*text);
}

// Every file below a directory that no rule excludes, links not followed, so that a loop of them
// ends.
class Walk {
 public:
  // `prefix` is where the tree lies for the rules: empty, or ending with '/'.
  Walk(SourceTree& tree, IgnoreRules& rules, std::string prefix)
      : tree_(tree), rules_(rules), prefix_(std::move(prefix)) {}

  // Paths that are sorted in elsewhere; a nested repository is then skipped.
  void leave_out(std::unordered_set<std::string> tracked) {
    tracked_ = std::move(tracked);
    in_checkout_ = true;
  }
  [[nodiscard]] std::uint64_t found() const { return found_; }

  // `below` is empty or ends with '/'.
  void run(const std::string& below) {
    std::error_code error;
    fs::directory_iterator entries(tree_.root + "/" + below, error);
    if (error) {
      tree_.skipped.push_back({below, "cannot be read: " + error.message()});
      return;
    }
    rules_.add(patterns_of(tree_.root, below + ".gitignore"), prefix_ + below);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      const std::string path = below + entries->path().filename().string();
      std::error_code gone;
      const bool directory = fs::is_directory(entries->symlink_status(gone));
      if (is_version_control(entries->path().filename().string()) || tracked_.contains(path) ||
          rules_.ignores(prefix_ + path, directory)) {
        continue;
      }
      if (!directory) {
        ++found_;
        sort_in(tree_, path);
      } else if (in_checkout_ && fs::exists(entries->path() / ".git", gone)) {
        tree_.skipped.push_back({path, std::string(kSkippedSubmodule)});
      } else {
        run(path + "/");
      }
    }
    rules_.remove_last();
  }

 private:
  SourceTree& tree_;
  IgnoreRules& rules_;
  const std::string prefix_;
  std::unordered_set<std::string> tracked_;
  bool in_checkout_ = false;
  std::uint64_t found_ = 0;
};

// Adds the rules that come from above the directory; true when they ignore it.
bool add_outer_rules(const GitCheckout& checkout, IgnoreRules& rules) {
  for (const std::string& file : checkout.exclude_files()) {
    const fs::path path(file);
    rules.add(patterns_of(path.parent_path(), path.filename()), "");
  }
  const std::string& prefix = checkout.prefix();
  std::size_t end = 0;
  while (end < prefix.size()) {
    rules.add(patterns_of(checkout.root(), prefix.substr(0, end) + ".gitignore"),
              prefix.substr(0, end));
    end = prefix.find('/', end) + 1;
    if (rules.ignores(prefix.substr(0, end - 1), true)) return true;
  }
  return false;
}

// False when the directory lies in a checkout that neither tracks nor wants anything of it.
bool read_checkout(SourceTree& tree, const GitCheckout& checkout) {
  const std::vector<TrackedFile> tracked = checkout.tracked();
  IgnoreRules rules;
  const bool ignored = add_outer_rules(checkout, rules);
  if (ignored && tracked.empty()) return false;
  const CheckoutHead head = checkout.head();
  tree.is_checkout = true;
  tree.repository.commit = head.commit;
  tree.repository.branch = base::shortened(printable(head.branch), kNameBytesMax);
  tree.repository.url = printable(head.url);
  std::unordered_set<std::string> paths;
  for (const TrackedFile& file : tracked) {
    if (file.differs) ++tree.differing;
    paths.insert(file.path);
    sort_in(tree, file.path);
  }
  if (!ignored) {
    Walk walk(tree, rules, checkout.prefix());
    walk.leave_out(std::move(paths));
    walk.run("");
    tree.differing += walk.found();
  }
  if (head.commit.empty()) tree.differing = 0;
  return true;
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
      return base::shortened(name, kNameBytesMax);
    }
  }
  const std::string name = printable(fs::path(tree.root).filename().string());
  return name.empty() ? "root" : base::shortened(name, kNameBytesMax);
}

}  // namespace

SourceTree read_source_tree(const TreeOptions& options) {
  SourceTree tree;
  tree.root = absolute(options.path);
  const auto checkout = options.use_git ? GitCheckout::find(tree.root) : std::nullopt;
  if (!checkout || !read_checkout(tree, *checkout)) {
    IgnoreRules rules;
    Walk(tree, rules, "").run("");
  }
  const bool whole = tree.is_checkout && checkout->prefix().empty();
  tree.repository.name = repository_name(tree, options, whole);
  std::sort(tree.files.begin(), tree.files.end(),
            [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  return tree;
}

}  // namespace argus::cli
