// A server on a free loopback port that does byte for byte what a test says, with or without TLS:
// what a well-behaved server library would not do (cut a body, fall silent) can be tested.
//
//   HttpServer server([](HttpServer::Connection& connection) {
//     while (connection.read_request()) connection.write("HTTP/1.1 204 No Content\r\n\r\n");
//   });
//
// Threads: the handler runs on one thread a connection. The destructor cuts every connection and
// waits for the handlers.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/certificates.h"

namespace argus::fakes {

struct ServerTls {
  Identity identity;
  std::string client_ca_pem;  // not empty: ask the client for a certificate
};

class HttpServer {
 public:
  class Connection {
   public:
    virtual ~Connection() = default;
    // The head and the body (by its Content-Length) of the next request; std::nullopt when the
    // client is gone.
    virtual std::optional<std::string> read_request() = 0;
    virtual void write(std::string_view bytes) = 0;
    // False when the client takes nothing for 200 ms.
    virtual bool writable() = 0;
    // Blocks until the client has closed the connection.
    virtual void await_close() = 0;
    [[nodiscard]] virtual std::string server_name() const = 0;     // SNI
    [[nodiscard]] virtual std::string client_subject() const = 0;  // common name, with TLS
  };
  using Handler = std::function<void(Connection&)>;

  explicit HttpServer(Handler handler, std::optional<ServerTls> tls = std::nullopt);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string url() const;  // by IP address: https://127.0.0.1:12345
  [[nodiscard]] int accepted() const;     // connections so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// An answer with a Content-Length.
std::string answer(int status, std::string_view body, std::string_view extra_headers = "");
// A piece of a body with Transfer-Encoding: chunked (RFC 9112, section 7.1).
std::string chunk(std::string_view data);
inline constexpr std::string_view kChunkedHead =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace argus::fakes
