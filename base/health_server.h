// Serves liveness, readiness and metrics over HTTP/1.1, on threads of its own.
//
// Paths are chosen by the program: the operator serves /healthz, /readyz and /metrics, the worker
// /health, /ready and /metrics. A check returns std::nullopt when all is well, else the sentence
// that says what is wrong; any sentence turns the answer to 503. Bodies are JSON: {"status":
// "healthy"},
// {"status": "not ready", "reasons": [...]}.
//
// Threads: checks run on the server's threads and must not block.
// Failure: the constructor throws std::runtime_error when the address cannot be bound, naming it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace argus::base {

class Metrics;

struct HealthCheck {
  std::string name;
  std::function<std::optional<std::string>()> problem;
};

// Every address of the machine, IPv6 and IPv4; those of IPv4 where the kernel has no IPv6.
inline constexpr const char* kEveryAddress = "::";

struct HealthServerOptions {
  std::string address = kEveryAddress;
  std::uint16_t port = 8080;  // 0: any free port
  std::string liveness_path = "/healthz";
  std::string readiness_path = "/readyz";
  std::string metrics_path = "/metrics";
  std::string alive = "healthy";  // the word in "status" when every check passes
  std::string ready = "ready";
};

class HealthServer {
 public:
  HealthServer(HealthServerOptions options, const Metrics& metrics,
               std::vector<HealthCheck> liveness, std::vector<HealthCheck> readiness);
  ~HealthServer();
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argus::base
