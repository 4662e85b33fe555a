#include "cli/in_cluster/kubectl.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <utility>

#include "base/descriptor.h"
#include "base/stop_event.h"
#include "base/subprocess.h"
#include "cli/exit_code.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

constexpr std::size_t kErrorsBytesMax = 4096;
// Of what `output` collects: a list of pods is far below.
constexpr std::size_t kOutputBytesMax = std::size_t{16} << 20;
constexpr const char* kRequestTimeout = "--request-timeout=30s";

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

base::SubprocessOptions options_of(const std::string& program, const base::Pipe& in,
                                   const base::Pipe& out, const base::Pipe& errors) {
  base::SubprocessOptions options;
  options.program = program;
  options.input = in.read_end.number();
  options.output = out.write_end.number();
  options.errors = errors.write_end.number();
  options.end_signal = SIGTERM;  // it may have to end what it began
  return options;
}

ClusterError cannot_start(const std::string& program, const std::system_error& error) {
  return ClusterError("kubectl cannot be started (" + printable(program) + ": " +
                      error.code().message() +
                      "): --in-cluster needs it. Install it "
                      "(https://kubernetes.io/docs/tasks/tools/), or name it with --kubectl.");
}

// Standard input of the child: what is left of the piece under way.
class Feed {
 public:
  Feed(const KubectlCall& call, base::Descriptor end) : call_(call), end_(std::move(end)) {
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
  base::Descriptor end_;
  std::string piece_;
  std::size_t written_ = 0;
};

// Hands on what is there; closes the pipe at its end.
void read_some(base::Descriptor& from, const std::function<void(std::string_view)>& to) {
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
  base::Pipe in, out, errors;
  const base::StopEvent stopped(stop);
  const NoBrokenPipeSignal no_signal;
  base::SubprocessOptions options = options_of(program_, in, out, errors);
  options.arguments = global_;
  options.arguments.insert(options.arguments.end(), call.arguments.begin(), call.arguments.end());
  std::optional<base::Subprocess> child;
  try {
    child.emplace(options);
  } catch (const std::system_error& error) {
    throw cannot_start(program_, error);
  }
  in.read_end.reset();
  out.write_end.reset();
  errors.write_end.reset();
  Feed feed(call, std::move(in.write_end));
  while (out.read_end.number() >= 0 || errors.read_end.number() >= 0) {
    std::array<pollfd, 4> watched = {{{feed.number(), POLLOUT, 0},
                                      {out.read_end.number(), POLLIN, 0},
                                      {errors.read_end.number(), POLLIN, 0},
                                      {stopped.descriptor(), POLLIN, 0}}};
    if (poll(watched.data(), watched.size(), -1) < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (watched[3].revents != 0) throw Interrupted();
    if (watched[1].revents != 0) read_some(out.read_end, call.on_output);
    if (watched[2].revents != 0) read_some(errors.read_end, call.on_errors);
    if (watched[0].revents != 0) feed.write_some();
  }
  const base::SubprocessEnd end = child->wait();
  return end.by_signal ? kInterrupted + end.code : end.code;
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
