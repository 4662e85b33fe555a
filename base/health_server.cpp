#include "base/health_server.h"

#include <microhttpd.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/metrics.h"

namespace argus::base {
namespace {

// Probes come every few seconds and a scrape every half minute: two threads, so that a long scrape
// does not delay a probe.
constexpr unsigned kServerThreads = 2;
// More clients at once than this are turned away.
constexpr unsigned kConnectionsMax = 64;
// A client that sends nothing for this long is cut off.
constexpr std::chrono::seconds kSilenceMax{10};
constexpr const char* kTextExposition = "text/plain; version=0.0.4; charset=utf-8";

struct Answer {
  unsigned status;
  const char* content_type;
  std::string body;
};

std::optional<std::string> problem_of(const HealthCheck& check) {
  try {
    return check.problem();
  } catch (const std::exception& error) {
    return std::string("the check failed: ") + error.what();
  }
}

Answer answer_checks(const std::vector<HealthCheck>& checks, const std::string& good) {
  nlohmann::json reasons = nlohmann::json::array();
  for (const HealthCheck& check : checks) {
    if (const auto problem = problem_of(check)) reasons.push_back(check.name + ": " + *problem);
  }
  nlohmann::ordered_json body = nlohmann::ordered_json::object();
  const bool well = reasons.empty();
  body["status"] = well ? good : "not " + good;
  if (!well) body["reasons"] = reasons;
  std::string text = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (well) return {200, "application/json", std::move(text)};
  return {503, "application/json", std::move(text)};
}

MHD_Result send(MHD_Connection* connection, const Answer& answer) {
  // The library copies the body; for HEAD it sends the headers alone.
  MHD_Response* response = MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  const MHD_Result result = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return result;
}

// Whether the kernel has IPv6 at all: one that is started without it makes no such socket.
bool kernel_has_ipv6() {
  const int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno != EAFNOSUPPORT;
  close(probe);
  return true;
}

std::string without_ipv6(const std::string& address) {
  return address == kEveryAddress && !kernel_has_ipv6() ? "0.0.0.0" : address;
}

// What getaddrinfo() makes of a numeric address; nothing else is accepted, so that no name is
// resolved.
struct ListenAddress {
  addrinfo* list = nullptr;
  std::string text;

  ListenAddress(const std::string& address, std::uint16_t port) {
    const bool ipv6 = address.find(':') != std::string::npos;
    text = (ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list) != 0) {
      throw std::runtime_error(
          "The health server cannot listen on \"" + address +
          "\": write an IP address, for example 127.0.0.1, or :: for every one.");
    }
  }
  ~ListenAddress() { freeaddrinfo(list); }
  ListenAddress(const ListenAddress&) = delete;
  ListenAddress& operator=(const ListenAddress&) = delete;
};

}  // namespace

struct HealthServer::State {
  State(HealthServerOptions given, const Metrics& registry, std::vector<HealthCheck> live,
        std::vector<HealthCheck> ready)
      : options(std::move(given)),
        metrics(registry),
        liveness(std::move(live)),
        readiness(std::move(ready)) {}

  HealthServerOptions options;
  const Metrics& metrics;
  std::vector<HealthCheck> liveness;
  std::vector<HealthCheck> readiness;
  MHD_Daemon* server = nullptr;
  std::uint16_t port = 0;

  [[nodiscard]] Answer answer(std::string_view method, std::string_view path) const {
    if (method != "GET" && method != "HEAD") {
      return {405, "text/plain", "Only GET and HEAD are answered here.\n"};
    }
    if (path == options.liveness_path) return answer_checks(liveness, options.alive);
    if (path == options.readiness_path) return answer_checks(readiness, options.ready);
    if (path == options.metrics_path) return {200, kTextExposition, metrics.exposition()};
    return {404, "text/plain",
            "Nothing here; there are " + options.liveness_path + ", " + options.readiness_path +
                " and " + options.metrics_path + ".\n"};
  }

  // Called twice a request: once with its headers, once with the end of its body. No exception may
  // pass through a C library's frames.
  static MHD_Result handle(void* data, MHD_Connection* connection, const char* url,
                           const char* method, const char*, const char*, std::size_t* body_bytes,
                           void** seen) noexcept {
    const auto* state = static_cast<const State*>(data);
    if (*seen == nullptr) {
      *seen = data;
      return MHD_YES;
    }
    *body_bytes = 0;  // a body is read and dropped
    try {
      return send(connection, state->answer(method, url));
    } catch (const std::exception&) {
      return MHD_NO;  // out of memory: the connection is closed
    }
  }

  void start() {
    const ListenAddress listen(without_ipv6(options.address), options.port);
    unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD;
    if (listen.list->ai_family == AF_INET6) flags |= MHD_USE_DUAL_STACK;
    errno = 0;
    server = MHD_start_daemon(
        flags, options.port, nullptr, nullptr, handle, this, MHD_OPTION_SOCK_ADDR,
        listen.list->ai_addr, MHD_OPTION_THREAD_POOL_SIZE, kServerThreads,
        MHD_OPTION_CONNECTION_LIMIT, kConnectionsMax, MHD_OPTION_CONNECTION_TIMEOUT,
        static_cast<unsigned>(kSilenceMax.count()), MHD_OPTION_END);
    if (server == nullptr) {
      throw std::runtime_error("The health server cannot listen on " + listen.text + " (" +
                               std::generic_category().message(errno) +
                               "); choose another address or port.");
    }
    port = MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT)->port;
  }
};

HealthServer::HealthServer(HealthServerOptions options, const Metrics& metrics,
                           std::vector<HealthCheck> liveness, std::vector<HealthCheck> readiness)
    : state_(std::make_unique<State>(std::move(options), metrics, std::move(liveness),
                                     std::move(readiness))) {
  state_->start();
}

HealthServer::~HealthServer() { MHD_stop_daemon(state_->server); }

std::uint16_t HealthServer::port() const { return state_->port; }

}  // namespace argus::base
