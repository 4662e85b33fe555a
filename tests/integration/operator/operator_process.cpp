#include "operator_process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <system_error>

#include "base/http/cpprest_transport.h"
#include "fakes/eventually.h"
#include "fakes/places.h"

namespace argus::adl {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// A port that was free just now.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(socket, generic, size) == 0 && getsockname(socket, generic, &size) == 0;
  close(socket);
  if (!bound) fail("bind");
  return ntohs(address.sin_port);
}

pid_t start(const std::vector<std::string>& line, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : line) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(arguments.front(), arguments.data());
  _exit(127);
}

base::HttpResponse get(std::uint16_t port, const std::string& path) {
  const auto transport =
      base::make_cpprest_transport({.base_url = "http://127.0.0.1:" + std::to_string(port),
                                    .ca_pem = {},
                                    .server_name = {},
                                    .credentials = {}});
  try {
    return transport->send({.path = path}, {});
  } catch (const base::TransportError&) {
    return {};
  }
}

}  // namespace

OperatorProcess::OperatorProcess(const OperatorOptions& options) : port_(free_port()) {
  std::vector<std::string> line = {operator_program(),   "run",         "--kubeconfig",
                                   options.kubeconfig,   "--namespace", options.ns,
                                   "--health-address",   "127.0.0.1",   "--health-port",
                                   std::to_string(port_)};
  line.insert(line.end(), options.arguments.begin(), options.arguments.end());
  if (std::find(line.begin(), line.end(), "--lease-namespace") == line.end()) {
    line.insert(line.end(), {"--lease-namespace", options.ns});
  }
  pid_ = start(line, directory_.path() + "/log");
}

OperatorProcess::~OperatorProcess() { static_cast<void>(stop(SIGKILL)); }

bool OperatorProcess::ready() const {
  return fakes::eventually([this] { return probe("/readyz") == 200; });
}

void OperatorProcess::send(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

int OperatorProcess::stop(int signal) {
  if (pid_ < 0) return -1;
  send(signal);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int OperatorProcess::probe(const std::string& path) const { return get(port_, path).status; }

double OperatorProcess::metric(const std::string& sample) const {
  std::istringstream text(get(port_, "/metrics").body);
  for (std::string line; std::getline(text, line);) {
    if (line.rfind(sample + " ", 0) == 0) return std::stod(line.substr(sample.size() + 1));
  }
  return -1;
}

double OperatorProcess::reconciles() const {
  return metric("controller_runtime_reconcile_time_seconds_count{controller=\"argusdatalayer\"}");
}

std::string OperatorProcess::log() const { return directory_.read("log"); }

std::string operator_program() { return fakes::build_path("bin/argus-operator"); }

}  // namespace argus::adl
