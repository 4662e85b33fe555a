#include "base/subprocess.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace argus::base {
namespace {

// As execve() wants them; valid as long as `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

class Streams {
 public:
  explicit Streams(const SubprocessOptions& options) {
    posix_spawn_file_actions_init(&actions_);
    set(STDIN_FILENO, options.input, O_RDONLY);
    set(STDOUT_FILENO, options.output, O_WRONLY);
    set(STDERR_FILENO, options.errors, O_WRONLY);
    // A library may have opened others without O_CLOEXEC.
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  void set(int stream, std::optional<int> descriptor, int null_mode) {
    if (descriptor) {
      posix_spawn_file_actions_adddup2(&actions_, *descriptor, stream);
    } else {
      posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", null_mode, 0);
    }
  }

  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  explicit Attributes(const SubprocessOptions& options) {
    posix_spawnattr_init(&attributes_);
    int flags = 0;
    if (!options.keep_blocked_signals) {
      sigset_t none, all;
      sigemptyset(&none);
      sigfillset(&all);
      posix_spawnattr_setsigmask(&attributes_, &none);
      posix_spawnattr_setsigdefault(&attributes_, &all);
      flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    }
    if (options.own_group) {
      posix_spawnattr_setpgroup(&attributes_, 0);
      flags |= POSIX_SPAWN_SETPGROUP;
    }
    posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace

Subprocess::Subprocess(const SubprocessOptions& options)
    : own_group_(options.own_group), end_signal_(options.end_signal) {
  std::vector<std::string> words = {options.program};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> variables = options.environment.value_or(std::vector<std::string>{});
  const std::vector<char*> environment = pointers_to(variables);
  const Streams streams(options);
  const Attributes attributes(options);
  const int failed =
      posix_spawnp(&id_, options.program.c_str(), streams.get(), attributes.get(),
                   pointers_to(words).data(), options.environment ? environment.data() : environ);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), options.program);
}

Subprocess::~Subprocess() {
  if (end_) return;
  kill(own_group_ ? -id_ : id_, end_signal_);
  wait();
}

SubprocessEnd Subprocess::wait() {
  if (end_) return *end_;
  int status = 0;
  while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  const bool exited = WIFEXITED(status);
  end_ = {.by_signal = !exited, .code = exited ? WEXITSTATUS(status) : WTERMSIG(status)};
  return *end_;
}

}  // namespace argus::base
