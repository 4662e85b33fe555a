#include "extract/ctags_child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>
#include <utility>

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

void CtagsChild::start() {
  // One socket pair rather than two pipes: a write to a process that died is an error, not SIGPIPE.
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair for universal-ctags");
  }
  base::Descriptor ours(pair[0]);
  const base::Descriptor its(pair[1]);
  base::SubprocessOptions options;
  options.program = program_;
  // No options file is read (--options=NONE): a repository or a home directory has no say here.
  options.arguments = {"--options=NONE", "--_interactive=sandbox", "--output-format=json",
                       "--fields=NKlneSiZs", "--extras=f"};
  options.environment = {"LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin"};
  options.input = options.output = its.number();
  // What stops the worker lets it finish its file first, and so must not end ctags.
  options.keep_blocked_signals = true;
  try {
    process_.emplace(options);
  } catch (const std::system_error& error) {
    throw std::runtime_error("Cannot start universal-ctags as \"" + program_ + "\" (" +
                             error.code().message() + "). Install the package universal-ctags.");
  }
  socket_ = std::move(ours);
  fcntl(socket_.number(), F_SETFL, O_NONBLOCK);
  const rlimit memory{kCtagsMaxMemory, kCtagsMaxMemory};
  prlimit(process_->id(), RLIMIT_AS, &memory, nullptr);
}

void CtagsChild::stop() {
  socket_.reset();
  process_.reset();
}

CtagsOutcome CtagsChild::tags(std::string_view path, std::string_view content, std::string& lines) {
  if (!process_) start();
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
    pollfd ready{socket_.number(), static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0};
    if (poll(&ready, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return CtagsOutcome::kDied;
    }
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      constexpr std::size_t kChunk = 256U << 10U;
      const std::size_t before = lines.size();
      lines.resize(before + kChunk);
      const ssize_t count = recv(socket_.number(), lines.data() + before, kChunk, 0);
      lines.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
      if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        return CtagsOutcome::kDied;
      }
      if (lines.size() > kCtagsMaxOutput) return CtagsOutcome::kTooMuch;
      if (!writing && take_completed(lines)) return CtagsOutcome::kDone;
    }
    if (writing && (ready.revents & POLLOUT) != 0) {
      std::string_view& part = request.empty() ? content : request;
      const ssize_t count = send(socket_.number(), part.data(), part.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) return CtagsOutcome::kDied;
      part.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
  }
}

}  // namespace argus::worker
