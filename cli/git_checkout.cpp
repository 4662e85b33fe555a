#include "cli/git_checkout.h"

#include <git2.h>

#include <algorithm>

namespace argus::cli {
namespace {

struct Free {
  void operator()(git_repository* p) const { git_repository_free(p); }
  void operator()(git_reference* p) const { git_reference_free(p); }
  void operator()(git_object* p) const { git_object_free(p); }
  void operator()(git_remote* p) const { git_remote_free(p); }
  void operator()(git_status_list* p) const { git_status_list_free(p); }
  void operator()(git_odb* p) const { git_odb_free(p); }
};
template <typename Type>
using Owned = std::unique_ptr<Type, Free>;

// libgit2 needs to be set up once and is then used until the process ends.
void set_up_library() {
  static const bool done = [] {
    git_libgit2_init();
    // A directory that belongs to another user, as a volume in a container does, is refused to
    // protect from what its configuration makes git run. Nothing is run here.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    return true;
  }();
  static_cast<void>(done);
}

std::string last_error() {
  const git_error* error = git_error_last();
  return error == nullptr || error->message == nullptr ? "no reason given" : error->message;
}

void check(int result, const std::string& what) {
  if (result < 0) {
    throw TreeError(what + ": " + last_error() +
                    ". Use --no-git to read the directory without git.");
  }
}

Owned<git_repository> open(const std::string& directory) {
  set_up_library();
  git_repository* repository = nullptr;
  const int result = git_repository_open_ext(&repository, directory.c_str(), 0, nullptr);
  if (result == GIT_ENOTFOUND) return nullptr;
  check(result, "The git repository of " + directory + " cannot be read");
  return Owned<git_repository>(repository);
}

bool ignored(git_repository* repository, const std::string& path) {
  int answer = 0;
  check(git_ignore_path_is_ignored(&answer, repository, path.c_str()),
        "The ignore rules for " + path + " cannot be read");
  return answer != 0;
}

// The path of an entry, relative to the repository.
const char* path_of(const git_status_entry& entry) {
  const git_diff_delta* delta =
      entry.index_to_workdir != nullptr ? entry.index_to_workdir : entry.head_to_index;
  return delta->new_file.path != nullptr ? delta->new_file.path : delta->old_file.path;
}

}  // namespace

struct GitCheckout::State {
  Owned<git_repository> repository;
  std::string prefix;  // from the repository's root to the directory: empty or "a/b/"
};

GitCheckout::GitCheckout(std::unique_ptr<State> state) : state_(std::move(state)) {}
GitCheckout::GitCheckout(GitCheckout&&) noexcept = default;
GitCheckout::~GitCheckout() = default;

std::optional<GitCheckout> GitCheckout::find(const std::string& directory) {
  auto state = std::make_unique<State>();
  state->repository = open(directory);
  if (!state->repository) return std::nullopt;
  const char* root = git_repository_workdir(state->repository.get());
  if (root == nullptr) {
    throw TreeError(directory +
                    " is a bare git repository, which has no files of its own: clone it, and name "
                    "the clone.");
  }
  const std::string below = directory + "/";
  // Below .git itself, for one, there is no checkout.
  if (below.rfind(root, 0) != 0) return std::nullopt;
  state->prefix = below.substr(std::string(root).size());
  if (!state->prefix.empty() && ignored(state->repository.get(), state->prefix)) {
    return std::nullopt;
  }
  return GitCheckout(std::move(state));
}

bool GitCheckout::is_whole() const { return state_->prefix.empty(); }

CheckoutHead GitCheckout::head() const {
  CheckoutHead head;
  git_remote* remote = nullptr;
  if (git_remote_lookup(&remote, state_->repository.get(), "origin") == 0) {
    const Owned<git_remote> owned(remote);
    if (const char* url = git_remote_url(remote)) head.url = public_url(url);
  }
  git_reference* reference = nullptr;
  const int result = git_repository_head(&reference, state_->repository.get());
  if (result == GIT_EUNBORNBRANCH || result == GIT_ENOTFOUND) return head;
  check(result, "The commit that is checked out cannot be read");
  const Owned<git_reference> owned(reference);
  if (git_reference_is_branch(reference) == 1) head.branch = git_reference_shorthand(reference);
  git_object* commit = nullptr;
  check(git_reference_peel(&commit, reference, GIT_OBJECT_COMMIT),
        "The commit that is checked out cannot be read");
  const Owned<git_object> owned_commit(commit);
  std::string digits(GIT_OID_HEXSZ + 1, '\0');
  head.commit = git_oid_tostr(digits.data(), digits.size(), git_object_id(commit));
  return head;
}

std::vector<CheckoutEntry> GitCheckout::entries() const {
  git_status_options options = GIT_STATUS_OPTIONS_INIT;
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                  GIT_STATUS_OPT_INCLUDE_UNMODIFIED | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH |
                  GIT_STATUS_OPT_INCLUDE_UNREADABLE_AS_UNTRACKED;
  char* prefix = state_->prefix.data();
  if (!state_->prefix.empty()) options.pathspec = {&prefix, 1};
  git_status_list* raw = nullptr;
  check(git_status_list_new(&raw, state_->repository.get(), &options),
        "The state of the git checkout cannot be read");
  const Owned<git_status_list> list(raw);
  std::vector<CheckoutEntry> entries;
  const std::size_t count = git_status_list_entrycount(raw);
  entries.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const git_status_entry* entry = git_status_byindex(raw, i);
    const std::string path = path_of(*entry);
    if (path.rfind(state_->prefix, 0) != 0) continue;
    entries.push_back({path.substr(state_->prefix.size()), entry->status != GIT_STATUS_CURRENT});
  }
  const auto by_path = [](const CheckoutEntry& a, const CheckoutEntry& b) {
    return a.path < b.path;
  };
  std::sort(entries.begin(), entries.end(), by_path);
  return entries;
}

struct IgnoreRules::State {
  Owned<git_repository> repository;
};

// A repository in memory whose working tree is the directory: nothing is written into it.
IgnoreRules::IgnoreRules(const std::string& directory) : state_(std::make_unique<State>()) {
  set_up_library();
  const std::string what = "The ignore rules of " + directory + " cannot be read";
  git_odb* odb = nullptr;
  check(git_odb_new(&odb), what);
  const Owned<git_odb> owned(odb);
  git_repository* repository = nullptr;
  check(git_repository_wrap_odb(&repository, odb), what);
  state_->repository.reset(repository);
  check(git_repository_set_workdir(repository, directory.c_str(), 0), what);
}

IgnoreRules::~IgnoreRules() = default;

bool IgnoreRules::ignores(const std::string& path) const {
  return ignored(state_->repository.get(), path);
}

std::string public_url(const std::string& url) {
  constexpr std::string_view kSeparator = "://";
  const std::size_t scheme = url.find(kSeparator);
  if (scheme == std::string::npos) {
    // git@host:path is an address of ssh; everything else is a path of this machine.
    const std::size_t colon = url.find(':');
    const std::size_t at = url.find('@');
    return at != std::string::npos && colon != std::string::npos && at < colon &&
                   url.find('/') > colon
               ? url
               : "";
  }
  if (url.rfind("file:", 0) == 0) return "";
  const std::size_t host = scheme + kSeparator.size();
  const std::size_t end = std::min(url.find('/', host), url.size());
  const std::size_t at = url.rfind('@', end);
  return at == std::string::npos || at < host ? url : url.substr(0, host) + url.substr(at + 1);
}

}  // namespace argus::cli
