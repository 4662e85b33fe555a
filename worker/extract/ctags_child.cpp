#include "extract/ctags_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

namespace argus::worker {
namespace {

constexpr std::string_view kCompleted = R"({"_type": "completed")";

// Whether the last line of `lines` is ctags' word that it has done with the file; if so, cuts it
// off.
bool take_completed(std::string& lines) {
  if (!lines.ends_with('\n')) return false;
  const std::size_t before = lines.rfind('\n', lines.size() - 2);
  const std::size_t begin = before == std::string::npos || lines.size() < 2 ? 0 : before + 1;
  if (!std::string_view(lines).substr(begin).starts_with(kCompleted)) return false;
  lines.resize(begin);
  return true;
}

}  // namespace

CtagsChild::CtagsChild(std::string program, std::chrono::milliseconds timeout)
    : program_(std::move(program)), timeout_(timeout) {}

CtagsChild::~CtagsChild() { stop(); }

void CtagsChild::start() {
  // One socket pair rather than two pipes: a write to a process that died is an error, not SIGPIPE.
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair for universal-ctags");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pair[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pair[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // No options file is read (--options=NONE): a repository or a home directory has no say here.
  std::array<std::string, 6> words{program_,
                                   "--options=NONE",
                                   "--_interactive=sandbox",
                                   "--output-format=json",
                                   "--fields=NKlneSiZs",
                                   "--extras=f"};
  std::array<char*, 7> arguments{};
  std::transform(words.begin(), words.end(), arguments.begin(),
                 [](std::string& word) { return word.data(); });
  std::string locale = "LC_ALL=C";
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
  std::array<char*, 3> environment{locale.data(), path.data(), nullptr};
  const int error = posix_spawnp(&pid_, program_.c_str(), &actions, nullptr, arguments.data(),
                                 environment.data());
  posix_spawn_file_actions_destroy(&actions);
  close(pair[1]);
  if (error != 0) {
    close(pair[0]);
    pid_ = 0;
    throw std::runtime_error("Cannot start universal-ctags as \"" + program_ + "\" (" +
                             std::generic_category().message(error) +
                             "). Install the package universal-ctags.");
  }
  socket_ = pair[0];
  fcntl(socket_, F_SETFL, O_NONBLOCK);
  const rlimit memory{kCtagsMaxMemory, kCtagsMaxMemory};
  prlimit(pid_, RLIMIT_AS, &memory, nullptr);
}

void CtagsChild::stop() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = 0;
}

CtagsOutcome CtagsChild::tags(std::string_view path, std::string_view content, std::string& lines) {
  if (pid_ == 0) start();
  nlohmann::json request = nlohmann::json::object();
  request["command"] = "generate-tags";
  request["filename"] = std::string(path);
  request["size"] = content.size();
  const std::string line =
      request.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
  const CtagsOutcome outcome = exchange(line, content, lines);
  if (outcome != CtagsOutcome::kDone) stop();
  return outcome;
}

CtagsOutcome CtagsChild::exchange(std::string_view request, std::string_view content,
                                  std::string& lines) {
  lines.clear();
  const auto deadline = std::chrono::steady_clock::now() + timeout_;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return CtagsOutcome::kTimedOut;
    const bool writing = !request.empty() || !content.empty();
    pollfd ready{socket_, static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0};
    if (poll(&ready, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return CtagsOutcome::kDied;
    }
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      constexpr std::size_t kChunk = 256U << 10U;
      const std::size_t before = lines.size();
      lines.resize(before + kChunk);
      const ssize_t count = recv(socket_, lines.data() + before, kChunk, 0);
      lines.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
      if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        return CtagsOutcome::kDied;
      }
      if (lines.size() > kCtagsMaxOutput) return CtagsOutcome::kTooMuch;
      if (!writing && take_completed(lines)) return CtagsOutcome::kDone;
    }
    if (writing && (ready.revents & POLLOUT) != 0) {
      std::string_view& part = request.empty() ? content : request;
      const ssize_t count = send(socket_, part.data(), part.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) return CtagsOutcome::kDied;
      part.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
  }
}

}  // namespace argus::worker
