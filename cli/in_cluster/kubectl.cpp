#include "cli/in_cluster/kubectl.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <utility>

#include "cli/exit_code.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

constexpr std::size_t kErrorsBytesMax = 4096;
// Of what `output` collects: a list of pods is far below.
constexpr std::size_t kOutputBytesMax = std::size_t{16} << 20;
constexpr const char* kRequestTimeout = "--request-timeout=30s";

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  [[nodiscard]] int number() const { return number_; }
  void reset() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read_end, write_end;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "pipe");
    }
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
  }
};

// Writing to a child that is gone is an error of write(), and ends nobody.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    sigemptyset(&broken_pipe_);
    sigaddset(&broken_pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe_, &before_);
  }
  ~NoBrokenPipeSignal() {
    constexpr timespec kNow{};
    while (sigtimedwait(&broken_pipe_, nullptr, &kNow) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t broken_pipe_{}, before_{};
};

// A child that is ended and reaped in any case.
class Child {
 public:
  Child(const std::string& program, std::vector<std::string> arguments, const Pipe& in,
        const Pipe& out, const Pipe& errors) {
    arguments.insert(arguments.begin(), program);
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in.read_end.number(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out.write_end.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, errors.write_end.number(), STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int failed =
        posix_spawnp(&id_, program.c_str(), &files, &attributes, pointers.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (failed == 0) return;
    throw ClusterError("kubectl cannot be started (" + printable(program) + ": " +
                       std::generic_category().message(failed) +
                       "): --in-cluster needs it. Install it "
                       "(https://kubernetes.io/docs/tasks/tools/), or name it with --kubectl.");
  }
  ~Child() {
    if (reaped_) return;
    kill(id_, SIGTERM);
    reap();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int reap() {
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : kInterrupted + WTERMSIG(status);
  }

 private:
  pid_t id_ = -1;
  bool reaped_ = false;
};

// Standard input of the child: what is left of the piece under way.
class Feed {
 public:
  Feed(const KubectlCall& call, Descriptor end) : call_(call), end_(std::move(end)) {
    fcntl(end_.number(), F_SETFL, O_NONBLOCK);
    if (!call_.input) end_.reset();
  }
  [[nodiscard]] int number() const { return end_.number(); }
  void write_some() {
    if (written_ == piece_.size()) {
      auto next = call_.input();
      if (!next) return end_.reset();
      piece_ = std::move(*next);
      written_ = 0;
    }
    const ssize_t count = write(end_.number(), piece_.data() + written_, piece_.size() - written_);
    if (count >= 0) {
      written_ += static_cast<std::size_t>(count);
    } else if (errno != EAGAIN && errno != EINTR) {
      end_.reset();  // the child wants no more
    }
  }

 private:
  const KubectlCall& call_;
  Descriptor end_;
  std::string piece_;
  std::size_t written_ = 0;
};

// Hands on what is there; closes the pipe at its end.
void read_some(Descriptor& from, const std::function<void(std::string_view)>& to) {
  std::array<char, 65536> buffer{};
  const ssize_t count = read(from.number(), buffer.data(), buffer.size());
  if (count > 0) {
    if (to) to({buffer.data(), static_cast<std::size_t>(count)});
  } else if (count == 0 || errno != EINTR) {
    from.reset();
  }
}

}  // namespace

Kubectl::Kubectl(const ClusterOptions& options) : program_(options.kubectl) {
  global_ = {"--namespace=" + options.ns};
  if (!options.kubeconfig.empty()) global_.push_back("--kubeconfig=" + options.kubeconfig);
  if (!options.context.empty()) global_.push_back("--context=" + options.context);
}

int Kubectl::run(const KubectlCall& call, const std::stop_token& stop) const {
  Pipe in, out, errors;
  const Descriptor stopped(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const std::stop_callback on_stop(stop, [&] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t count = write(stopped.number(), &one, sizeof one);
  });
  const NoBrokenPipeSignal no_signal;
  std::vector<std::string> arguments = global_;
  arguments.insert(arguments.end(), call.arguments.begin(), call.arguments.end());
  Child child(program_, std::move(arguments), in, out, errors);
  in.read_end.reset();
  out.write_end.reset();
  errors.write_end.reset();
  Feed feed(call, std::move(in.write_end));
  while (out.read_end.number() >= 0 || errors.read_end.number() >= 0) {
    std::array<pollfd, 4> watched = {{{feed.number(), POLLOUT, 0},
                                      {out.read_end.number(), POLLIN, 0},
                                      {errors.read_end.number(), POLLIN, 0},
                                      {stopped.number(), POLLIN, 0}}};
    if (poll(watched.data(), watched.size(), -1) < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (watched[3].revents != 0) throw Interrupted();
    if (watched[1].revents != 0) read_some(out.read_end, call.on_output);
    if (watched[2].revents != 0) read_some(errors.read_end, call.on_errors);
    if (watched[0].revents != 0) feed.write_some();
  }
  return child.reap();
}

std::string Kubectl::output(const std::string& what, std::vector<std::string> arguments,
                            const std::stop_token& stop, std::optional<std::string> input) const {
  std::string out, errors;
  const auto append = [](std::string& to, std::string_view bytes, std::size_t most) {
    to.append(bytes.substr(0, most - std::min(to.size(), most)));
  };
  arguments.emplace_back(kRequestTimeout);
  KubectlCall call;
  call.arguments = std::move(arguments);
  if (input) call.input = [&] { return std::exchange(input, std::nullopt); };
  call.on_output = [&](std::string_view bytes) { append(out, bytes, kOutputBytesMax); };
  call.on_errors = [&](std::string_view bytes) { append(errors, bytes, kErrorsBytesMax); };
  const int status = run(call, stop);
  if (status == 0) return out;
  while (!errors.empty() && errors.back() == '\n') errors.pop_back();
  throw ClusterError(
      what + ": " +
      (errors.empty() ? "kubectl ended with " + std::to_string(status) : printable(errors)));
}

nlohmann::json Kubectl::objects(const std::string& what, std::vector<std::string> arguments,
                                const std::stop_token& stop) const {
  arguments.emplace_back("--output=json");
  const std::string text = output(what, std::move(arguments), stop);
  if (text.empty()) return nlohmann::json::object();  // --ignore-not-found, and there is none
  auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object()) throw ClusterError(what + ": kubectl printed no JSON object");
  return parsed;
}

}  // namespace argus::cli
