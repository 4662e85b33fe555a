#include "worker_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "base/http/cpprest_transport.h"
#include "fakes/eventually.h"
#include "fakes/places.h"

namespace argus::worker::live {
namespace {

int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(probe, generic, size) != 0 || getsockname(probe, generic, &size) != 0) {
    throw std::runtime_error("There is no free port on 127.0.0.1");
  }
  close(probe);
  return ntohs(address.sin_port);
}

std::map<std::string, std::string> environment_of(const Services& services,
                                                  const WorkerSettings& settings) {
  std::map<std::string, std::string> all = {
      {"KAFKA_BOOTSTRAP_SERVERS", services.kafka.bootstrap_servers},
      {"KAFKA_CONSUMER_GROUP", settings.group},
      {"KAFKA_SESSION_SECONDS", "6"},  // as short as the broker allows
      {"KAFKA_SASL_USERNAME", services.kafka.username},
      {"KAFKA_SASL_PASSWORD_FILE", services.kafka_password_file},
      {"ARGUS_TOPIC_PREFIX", settings.prefix},
      {"FALKORDB_HOST", services.falkordb.host},
      {"FALKORDB_PORT", std::to_string(services.falkordb.port)},
      {"FALKORDB_PASSWORD_FILE", services.falkordb_password_file},
      {"HTTP_ADDRESS", "127.0.0.1"},
      {"HTTP_PORT", std::to_string(free_port())},
  };
  for (const auto& [name, value] : settings.more) all[name] = value;
  return all;
}

}  // namespace

WorkerProcess::WorkerProcess(const Services& services, const WorkerSettings& settings) {
  start(environment_of(services, settings));
}

WorkerProcess::WorkerProcess(const std::map<std::string, std::string>& environment) {
  start(environment);
}

void WorkerProcess::start(const std::map<std::string, std::string>& environment) {
  std::string log = "/tmp/argus-worker-log-XXXXXX";
  const int file = mkostemp(log.data(), O_CLOEXEC);
  if (file < 0) throw std::runtime_error("no temporary file for the worker's output");
  log_ = log;
  if (const auto port = environment.find("HTTP_PORT"); port != environment.end()) {
    port_ = std::stoi(port->second);
  }
  std::vector<std::string> texts = {std::string("PATH=") + std::getenv("PATH")};
  // The sanitizers' settings, for a build that has them.
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) texts.push_back(std::string(name) + "=" + value);
  }
  for (const auto& [name, value] : environment) texts.push_back(name + "=" + value);
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  std::string program = fakes::build_path("bin/argus-worker");
  char* const arguments[] = {program.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, file, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, file, STDERR_FILENO);
  const int error =
      posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, pointers.data());
  posix_spawn_file_actions_destroy(&actions);
  close(file);
  if (error != 0) throw std::runtime_error(program + " cannot be started: build it first");
}

WorkerProcess::~WorkerProcess() {
  kill();
  unlink(log_.c_str());
}

void WorkerProcess::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

std::optional<int> WorkerProcess::wait(std::chrono::seconds patience) {
  int status = 0;
  if (pid_ <= 0 ||
      !fakes::eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, patience)) {
    return std::nullopt;
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void WorkerProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

Answer WorkerProcess::get(const std::string& path) const {
  try {
    const auto transport =
        base::make_cpprest_transport({.base_url = "http://127.0.0.1:" + std::to_string(port_),
                                      .ca_pem = {},
                                      .server_name = {},
                                      .credentials = {}});
    base::HttpRequest request;
    request.path = path;
    request.timeout = std::chrono::seconds(5);
    const auto response = transport->send(request, {});
    return {response.status, response.body};
  } catch (const base::TransportError&) {
    return {};
  }
}

std::string WorkerProcess::output() const {
  std::ifstream file(log_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace argus::worker::live
