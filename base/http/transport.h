// HTTP as a seam: one request, one answer, streamed or whole. Production is CpprestTransport, tests
// use a fake. Nothing above this header knows which library speaks HTTP.
//
// Threads: send() and stream() may be called from many threads at once; they block the caller.
// Failure: an answer of any status is a value. TransportError is thrown when there is no answer
// (connection refused, TLS, time-out, cancelled) or the body breaks off.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>

namespace argus::base {

// Header names are compared without case (RFC 9110, section 5.1).
struct CaseInsensitiveLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using HttpHeaders = std::map<std::string, std::string, CaseInsensitiveLess>;

struct HttpRequest {
  std::string method = "GET";
  std::string path = "/";  // path and query, already percent-encoded
  HttpHeaders headers{};
  std::string body{};
  // From sending the request to the end of the answer; for a stream, the longest silence allowed.
  std::chrono::milliseconds timeout{30'000};
  // The largest body that send() accepts; more is a TransportError.
  std::size_t body_bytes_max = std::size_t{256} << 20;
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

// How a client proves who it is; empty members are not sent.
struct RequestCredentials {
  std::string bearer_token;            // RFC 6750
  std::string client_certificate_pem;  // with client_key_pem: mutual TLS
  std::string client_key_pem;
};

class TransportError : public std::runtime_error {
 public:
  enum class Kind { kConnect, kTls, kTimeout, kCancelled, kBroken };
  TransportError(Kind kind, const std::string& message)
      : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;

  // Sends and waits for the whole answer. A stop request ends it at once with kCancelled.
  virtual HttpResponse send(const HttpRequest& request, std::stop_token stop) = 0;

  // Sends and hands each piece of the body to `on_data` as it arrives, on the calling thread, until
  // the server ends the body, `on_data` returns false, or stop is requested (kCancelled). An answer
  // other than 2xx comes back whole in `body`, and `on_data` is not called.
  virtual HttpResponse stream(const HttpRequest& request, std::stop_token stop,
                              const std::function<bool(std::string_view)>& on_data) = 0;
};

}  // namespace argus::base
