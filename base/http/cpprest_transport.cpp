#include "base/http/cpprest_transport.h"

#include <cpprest/http_client.h>
#include <pplx/threadpool.h>

#include <array>
#include <boost/asio/ssl.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/http/cpprest_exchange.h"
#include "base/mutex.h"
#include "base/tls.h"

namespace argus::base {
namespace {

using Kind = TransportError::Kind;
using SteadyTime = std::chrono::steady_clock::time_point;
using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

// They move bytes and run short continuations, never a caller's code; the library's default is 40.
constexpr std::size_t kNetworkThreads = 4;
// The library gives a connection up after this much silence, whatever the request says; it must lie
// above every request's own time-out, which is enforced here.
constexpr std::chrono::minutes kLibrarySilenceMax{20};
constexpr std::chrono::minutes kTimeoutMax{15};

// The library's client with its pool of connections, all opened as one identity.
struct Line {
  std::string client_certificate_pem;
  std::shared_ptr<TlsClient> tls;  // null for http://
  web::http::client::http_client client;
};

// Cancels the request unless it finished: the socket is closed, and the library's last words fall
// on nobody. Exchange and tasks keep each other alive until then.
class RequestGuard {
 public:
  explicit RequestGuard(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  ~RequestGuard() {
    if (finished_) return;
    source_.cancel();
    exchange_->abandon();
  }
  RequestGuard(const RequestGuard&) = delete;
  RequestGuard& operator=(const RequestGuard&) = delete;

  [[nodiscard]] pplx::cancellation_token token() const { return source_.get_token(); }
  void finished() { finished_ = true; }

 private:
  std::shared_ptr<Exchange> exchange_;
  pplx::cancellation_token_source source_;
  bool finished_ = false;
};

// The library tells its failures apart by text alone (http_client_asio.cpp).
struct LibraryFailure {
  std::string_view text;
  Kind kind;
  std::string_view meaning;
};
constexpr std::array<LibraryFailure, 8> kLibraryFailures = {{
    {"Error resolving address", Kind::kConnect, "the host name cannot be resolved"},
    {"Failed to resolve address", Kind::kConnect, "the host name cannot be resolved"},
    {"Failed to connect", Kind::kConnect, "the connection was refused, or no route leads there"},
    {"Error in SSL handshake", Kind::kTls, "the TLS handshake failed"},
    {"Failed to write", Kind::kBroken, "the connection broke while the request was sent"},
    {"Failed to read HTTP status line", Kind::kBroken,
     "the server closed the connection without an answer"},
    {"Failed to read", Kind::kBroken, "the connection broke in the middle of the answer"},
    {"Retrieving message chunk", Kind::kBroken, "the connection broke in the middle of the answer"},
}};

TransportError explain(const std::exception_ptr& failure, const std::string& what, TlsClient* tls) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    for (const LibraryFailure& known : kLibraryFailures) {
      if (text.substr(0, known.text.size()) != known.text) continue;
      std::string message = what + ": " + std::string(known.meaning);
      const std::string tls_failure =
          known.kind == Kind::kTls && tls != nullptr ? tls->take_failure() : "";
      if (!tls_failure.empty()) message += ": " + tls_failure;
      return {known.kind, message + "."};
    }
    return {Kind::kBroken, what + ": " + std::string(text)};
  }
}

void start_network_threads() {
  static const bool started = [] {
    crossplat::threadpool::initialize_with_threads(kNetworkThreads);
    return true;
  }();
  static_cast<void>(started);
}

// Every task ends in a continuation that takes its exception: an unobserved one ends the process.
void send_to(web::http::client::http_client& client, const web::http::http_request& message,
             const pplx::cancellation_token& token, const std::shared_ptr<Exchange>& exchange) {
  const auto on_body_end = [exchange](const pplx::task<web::http::http_response>& body) {
    try {
      body.get();
      exchange->finished(nullptr);
    } catch (...) {
      exchange->finished(std::current_exception());
    }
  };
  const auto on_headers = [exchange,
                           on_body_end](const pplx::task<web::http::http_response>& answer) {
    try {
      const web::http::http_response response = answer.get();
      exchange->headers_arrived(response);
      response.content_ready().then(on_body_end);
    } catch (...) {
      exchange->finished(std::current_exception());
    }
  };
  client.request(message, token).then(on_headers);
}

// https://host:6443/prefix taken apart.
struct Server {
  bool https = true;
  std::string url;  // scheme, host and port
  std::string host;
  std::string prefix;  // of every path; without a slash at its end

  static Server from(const std::string& base_url) {
    try {
      const web::uri url(base_url);
      const bool plain = url.user_info().empty() && url.query().empty() && url.fragment().empty();
      if ((url.scheme() == "https" || url.scheme() == "http") && !url.host().empty() && plain) {
        Server server{url.scheme() == "https", url.authority().to_string(), url.host(), url.path()};
        if (server.url.back() == '/') server.url.pop_back();
        while (!server.prefix.empty() && server.prefix.back() == '/') server.prefix.pop_back();
        if (server.host.front() != '[') return server;
        // The library asks the resolver for the address with its brackets.
        throw std::invalid_argument(
            "\"" + base_url +
            "\" names an IPv6 address, which cpprestsdk cannot reach; write a "
            "host name that resolves to it.");
      }
    } catch (const web::uri_exception&) {
      // Said below, with what to write.
    }
    throw std::invalid_argument("\"" + base_url +
                                "\" is not a server address; write https://host:port.");
  }
};

std::shared_ptr<Line> make_line(const Server& server, const TransportOptions& options,
                                const RequestCredentials& credentials) {
  web::http::client::http_client_config config;
  config.set_timeout(std::chrono::duration_cast<std::chrono::seconds>(kLibrarySilenceMax));
  config.set_max_redirects(0);
  std::shared_ptr<TlsClient> tls;
  if (server.https) {
    tls = std::make_shared<TlsClient>(
        TlsOptions{options.ca_pem, credentials.client_certificate_pem, credentials.client_key_pem,
                   options.server_name.empty() ? server.host : options.server_name,
                   options.insecure_skip_tls_verify});
    config.set_validate_certificates(!options.insecure_skip_tls_verify);
    config.set_ssl_context_callback(
        [tls](boost::asio::ssl::context& context) { tls->apply(context.native_handle()); });
    // The library would announce the URL's host, even an IP address.
    config.set_tlsext_sni_enabled(false);
    config.set_nativehandle_options([tls](web::http::client::native_handle handle) {
      tls->announce_server_name(static_cast<TlsStream*>(handle)->native_handle());
    });
  }
  web::http::client::http_client client(web::uri(server.url), config);
  return std::make_shared<Line>(Line{credentials.client_certificate_pem, std::move(tls), client});
}

web::http::http_request message_of(const HttpRequest& request, const std::string& prefix,
                                   const std::string& bearer_token) {
  web::http::http_request message(request.method);
  try {
    message.set_request_uri(web::uri(prefix + request.path));
  } catch (const web::uri_exception&) {
    throw std::invalid_argument("\"" + request.path + "\" is not a percent-encoded path.");
  }
  if (!request.body.empty()) message.set_body(request.body, "application/octet-stream");
  for (const auto& [name, value] : request.headers) message.headers()[name] = value;
  if (!bearer_token.empty()) message.headers()["Authorization"] = "Bearer " + bearer_token;
  return message;
}

class CpprestTransport final : public HttpTransport {
 public:
  explicit CpprestTransport(TransportOptions options)
      : options_(std::move(options)), server_(Server::from(options_.base_url)) {
    start_network_threads();
    line_ = make_line(server_, options_, {});  // a CA that cannot be read is found here
  }

  HttpResponse send(const HttpRequest& request, std::stop_token stop) override {
    return run(request, std::move(stop), nullptr);
  }
  HttpResponse stream(const HttpRequest& request, std::stop_token stop,
                      const std::function<bool(std::string_view)>& on_data) override {
    return run(request, std::move(stop), &on_data);
  }

 private:
  using OnData = std::function<bool(std::string_view)>;

  // The connections that were opened with this client certificate; another one replaces them.
  std::shared_ptr<Line> line_for(const RequestCredentials& credentials) {
    const MutexLock lock(mutex_);
    if (line_->client_certificate_pem != credentials.client_certificate_pem) {
      line_ = make_line(server_, options_, credentials);
    }
    return line_;
  }

  [[nodiscard]] std::string name_of(const HttpRequest& request) const {
    return request.method + " " + server_.url + server_.prefix +
           request.path.substr(0, request.path.find('?'));
  }

  HttpResponse run(const HttpRequest& request, std::stop_token stop, const OnData* on_data) {
    if (request.timeout > kTimeoutMax) {
      throw std::invalid_argument("A request's time-out is at most 15 minutes.");
    }
    RequestCredentials credentials;
    if (options_.credentials) credentials = options_.credentials(stop);
    if (stop.stop_requested()) throw cancelled(request);
    const std::shared_ptr<Line> line = line_for(credentials);
    web::http::http_request message = message_of(request, server_.prefix, credentials.bearer_token);
    const auto exchange = std::make_shared<Exchange>();
    message.set_response_stream(
        Concurrency::streams::streambuf<std::uint8_t>(std::make_shared<BodySink>(exchange))
            .create_ostream());
    RequestGuard guard(exchange);
    send_to(line->client, message, guard.token(), exchange);
    return receive(request, stop, on_data, *exchange, guard, line->tls.get());
  }

  HttpResponse receive(const HttpRequest& request, const std::stop_token& stop,
                       const OnData* on_data, Exchange& exchange, RequestGuard& guard,
                       TlsClient* tls) const {
    HttpResponse response;
    bool deliver = false;
    auto deadline = std::chrono::steady_clock::now() + request.timeout;
    while (true) {
      switch (exchange.wait(stop, deadline)) {
        case Exchange::Event::kHeaders:
          read_headers(exchange.take_headers(), response);
          deliver = on_data != nullptr && response.status >= 200 && response.status < 300;
          break;
        case Exchange::Event::kPiece:
          if (!deliver) {
            append(request, exchange.piece(), response.body);
          } else if (!(*on_data)(exchange.piece())) {
            return response;
          }
          exchange.piece_taken();
          break;
        case Exchange::Event::kFinished:
          guard.finished();
          if (const auto failure = exchange.failure()) {
            throw explain(failure, name_of(request), tls);
          }
          return response;
        case Exchange::Event::kStopped:
          throw cancelled(request);
        case Exchange::Event::kTimeout:
          throw TransportError(
              Kind::kTimeout,
              name_of(request) + ": " +
                  (on_data == nullptr ? "no whole answer within " : "silence for ") +
                  std::to_string(request.timeout.count()) + " ms.");
      }
      if (on_data != nullptr) deadline = std::chrono::steady_clock::now() + request.timeout;
    }
  }

  static void read_headers(const web::http::http_response& from, HttpResponse& to) {
    to.status = from.status_code();
    for (const auto& [name, value] : from.headers()) to.headers.emplace(name, value);
  }

  void append(const HttpRequest& request, std::string_view piece, std::string& body) const {
    if (piece.size() > request.body_bytes_max - body.size()) {
      throw TransportError(Kind::kBroken, name_of(request) + ": the answer is larger than " +
                                              std::to_string(request.body_bytes_max) + " bytes.");
    }
    body.append(piece);
  }

  [[nodiscard]] TransportError cancelled(const HttpRequest& request) const {
    return {Kind::kCancelled, name_of(request) + ": cancelled."};
  }

  const TransportOptions options_;
  const Server server_;
  Mutex mutex_;
  std::shared_ptr<Line> line_ ARGUS_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<HttpTransport> make_cpprest_transport(TransportOptions options) {
  return std::make_unique<CpprestTransport>(std::move(options));
}

}  // namespace argus::base
