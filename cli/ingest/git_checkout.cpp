#include "cli/ingest/git_checkout.h"

#include <git2.h>

#include <algorithm>
#include <cstdlib>

namespace argus::cli {
namespace {

constexpr std::size_t kCommitDigitsMax = 64;  // of SHA-256

struct Free {
  void operator()(git_repository* p) const { git_repository_free(p); }
  void operator()(git_reference* p) const { git_reference_free(p); }
  void operator()(git_object* p) const { git_object_free(p); }
  void operator()(git_remote* p) const { git_remote_free(p); }
  void operator()(git_status_list* p) const { git_status_list_free(p); }
  void operator()(git_config* p) const { git_config_free(p); }
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

Owned<git_repository> open_repository(const std::string& directory) {
  set_up_library();
  git_repository* repository = nullptr;
  const int result = git_repository_open_ext(&repository, directory.c_str(), 0, nullptr);
  if (result == GIT_ENOTFOUND) return nullptr;
  check(result, "The git repository of " + directory + " cannot be read");
  return Owned<git_repository>(repository);
}

// The path of an entry, relative to the repository.
const char* path_of(const git_status_entry& entry) {
  const git_diff_delta* delta =
      entry.index_to_workdir != nullptr ? entry.index_to_workdir : entry.head_to_index;
  return delta->new_file.path != nullptr ? delta->new_file.path : delta->old_file.path;
}

// Of the user, as git finds it; empty when there is none.
std::string configuration_folder() {
  // Nothing writes the environment while this program runs.
  if (const char* folder = std::getenv("XDG_CONFIG_HOME");  // NOLINT(concurrency-mt-unsafe)
      folder != nullptr && *folder != '\0') {
    return folder;
  }
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
  return home == nullptr ? "" : std::string(home) + "/.config";
}

}  // namespace

struct GitCheckout::State {
  Owned<git_repository> repository;
  std::string prefix;  // from the repository's root to the directory: empty or "a/b/"
};

GitCheckout::GitCheckout(std::unique_ptr<State> state) : state_(std::move(state)) {}
GitCheckout::GitCheckout(GitCheckout&&) noexcept = default;
GitCheckout& GitCheckout::operator=(GitCheckout&&) noexcept = default;
GitCheckout::~GitCheckout() = default;

std::optional<GitCheckout> GitCheckout::find(const std::string& directory) {
  auto state = std::make_unique<State>();
  state->repository = open_repository(directory);
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
  return GitCheckout(std::move(state));
}

const std::string& GitCheckout::prefix() const { return state_->prefix; }

std::string GitCheckout::root() const { return git_repository_workdir(state_->repository.get()); }

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
  std::string digits(kCommitDigitsMax + 1, '\0');
  head.commit = git_oid_tostr(digits.data(), digits.size(), git_object_id(commit));
  return head;
}

std::vector<TrackedFile> GitCheckout::tracked() const {
  git_status_options options;
  git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
  options.flags = GIT_STATUS_OPT_INCLUDE_UNMODIFIED | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
  char* prefix = state_->prefix.data();
  if (!state_->prefix.empty()) options.pathspec = {&prefix, 1};
  git_status_list* raw = nullptr;
  check(git_status_list_new(&raw, state_->repository.get(), &options),
        "The state of the git checkout cannot be read");
  const Owned<git_status_list> list(raw);
  std::vector<TrackedFile> files;
  const std::size_t count = git_status_list_entrycount(raw);
  files.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const git_status_entry* entry = git_status_byindex(raw, i);
    const std::string path = path_of(*entry);
    if (path.rfind(state_->prefix, 0) != 0) continue;
    files.push_back({path.substr(state_->prefix.size()), entry->status != GIT_STATUS_CURRENT});
  }
  std::sort(files.begin(), files.end(),
            [](const TrackedFile& a, const TrackedFile& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> GitCheckout::exclude_files() const {
  std::vector<std::string> files;
  git_config* config = nullptr;
  check(git_repository_config_snapshot(&config, state_->repository.get()),
        "The configuration of git cannot be read");
  const Owned<git_config> owned(config);
  git_buf path{};
  if (git_config_get_path(&path, config, "core.excludesfile") == 0) {
    files.emplace_back(path.ptr);
  } else if (std::string folder = configuration_folder(); !folder.empty()) {
    files.push_back(std::move(folder) + "/git/ignore");
  }
  git_buf_dispose(&path);
  files.push_back(std::string(git_repository_commondir(state_->repository.get())) + "info/exclude");
  return files;
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
