// kube::Client over HTTP: paths, bodies, metav1.Status, paged lists, watches, discovery.
//
// Nothing is retried here, except once after a 401 that fresh credentials may cure: the work queue,
// the informers and the elector back off by themselves, and a 429 or 503 tells them how long
// (ApiError::retry_after).
//
// Threads: see client.h. Ownership: the clock and the metrics outlive the client.
// Failure: see client.h; std::invalid_argument for an object without a name or namespace.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/http/transport.h"
#include "base/metrics.h"
#include "kube/client.h"

namespace argus::kube {

// What controller-runtime gives its clients: twenty requests a second, thirty at once.
constexpr double kDefaultRequestsPerSecond = 20;
constexpr int kDefaultRequestBurst = 30;

struct RestClientOptions {
  std::string user_agent = "argus";
  std::string host{};  // the label `host` of the metric: "127.0.0.1:6443"
  double requests_per_second = kDefaultRequestsPerSecond;  // 0: no limit
  int request_burst = kDefaultRequestBurst;
  // Called after a 401; true when the next request may carry other credentials.
  std::function<bool()> on_unauthorized{};
};

// Counts rest_client_requests_total{code,method,host}, as client-go names it; code is "<error>"
// when there was no answer, and cancelled requests are not counted.
std::unique_ptr<Client> make_rest_client(std::unique_ptr<base::HttpTransport> transport,
                                         RestClientOptions options, base::Clock& clock,
                                         base::Metrics& metrics);

}  // namespace argus::kube
