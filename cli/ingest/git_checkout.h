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

#include "cli/ingest/tree_error.h"

namespace argus::cli {

struct CheckoutHead {
  std::string commit;  // hexadecimal; empty when there is none yet
  std::string branch;  // empty when HEAD is detached
  std::string url;     // of the remote origin, without credentials; empty when there is none
};

struct TrackedFile {
  std::string path;      // relative to the directory asked about
  bool differs = false;  // from the commit: changed, new or deleted
};

class GitCheckout {
 public:
  // The checkout that `directory` (absolute) belongs to; empty when it belongs to none.
  static std::optional<GitCheckout> find(const std::string& directory);
  GitCheckout(GitCheckout&&) noexcept;
  GitCheckout& operator=(GitCheckout&&) noexcept;
  ~GitCheckout();

  [[nodiscard]] CheckoutHead head() const;
  // From the checkout's root to the directory: empty, or ending with '/'.
  [[nodiscard]] const std::string& prefix() const;
  [[nodiscard]] std::string root() const;  // ends with '/'
  // Every tracked path below the directory, sorted, whether it is there or not; a submodule is one.
  [[nodiscard]] std::vector<TrackedFile> tracked() const;
  // Files with patterns to ignore everywhere in the checkout, the weakest first; they may be
  // missing.
  [[nodiscard]] std::vector<std::string> exclude_files() const;

 private:
  struct State;
  explicit GitCheckout(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// "https://user:token@host/a.git" without "user:token@"; empty when it is not a network address.
[[nodiscard]] std::string public_url(const std::string& url);

}  // namespace argus::cli
