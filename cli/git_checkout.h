// What git knows about a directory. The only user of libgit2. Reads only: no index is refreshed,
// no hook, filter or pager of the repository is run.
//
// Threads: one at a time for each object. Failure: TreeError with a sentence.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/tree_error.h"

namespace argus::cli {

struct CheckoutHead {
  std::string commit;  // hexadecimal; empty when there is none yet
  std::string branch;  // empty when HEAD is detached
  std::string url;     // of the remote origin, without credentials; empty when there is none
};

struct CheckoutEntry {
  std::string path;      // relative to the directory asked about
  bool differs = false;  // from the commit: changed, new or deleted
};

class GitCheckout {
 public:
  // The checkout that `directory` (absolute) belongs to. Empty when it belongs to none, or when its
  // repository ignores it: then it is no part of that.
  static std::optional<GitCheckout> find(const std::string& directory);
  GitCheckout(GitCheckout&&) noexcept;
  GitCheckout& operator=(GitCheckout&&) = delete;
  ~GitCheckout();

  [[nodiscard]] CheckoutHead head() const;
  // `directory` is the whole checkout and not a part of it.
  [[nodiscard]] bool is_whole() const;
  // Every path below `directory` that is tracked, or is not ignored; sorted. A submodule is one
  // entry, and a nested repository is one that ends with '/'.
  [[nodiscard]] std::vector<CheckoutEntry> entries() const;

 private:
  struct State;
  explicit GitCheckout(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The .gitignore files of a directory that is no git checkout.
class IgnoreRules {
 public:
  explicit IgnoreRules(const std::string& directory);
  ~IgnoreRules();
  IgnoreRules(const IgnoreRules&) = delete;
  IgnoreRules& operator=(const IgnoreRules&) = delete;

  // `path` is relative to the directory; that of a directory ends with '/'.
  [[nodiscard]] bool ignores(const std::string& path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "https://user:token@host/a.git" without "user:token@"; empty for what is no network address.
[[nodiscard]] std::string public_url(const std::string& url);

}  // namespace argus::cli
