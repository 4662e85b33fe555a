#include "fakes/http_server.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace argus::fakes {
namespace {

using Context = std::shared_ptr<SSL_CTX>;

X509* certificate_from(const std::string& pem) {
  BIO* reader = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(reader, nullptr, nullptr, nullptr);
  BIO_free(reader);
  return certificate;
}

Context make_context(const ServerTls& tls) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  X509* certificate = certificate_from(tls.identity.certificate_pem);
  SSL_CTX_use_certificate(context.get(), certificate);
  X509_free(certificate);
  BIO* reader =
      BIO_new_mem_buf(tls.identity.key_pem.data(), static_cast<int>(tls.identity.key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(reader, nullptr, nullptr, nullptr);
  SSL_CTX_use_PrivateKey(context.get(), key);
  EVP_PKEY_free(key);
  BIO_free(reader);
  if (!tls.client_ca_pem.empty()) {
    X509* authority = certificate_from(tls.client_ca_pem);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority);
    X509_free(authority);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  return context;
}

std::size_t content_length_of(const std::string& head) {
  const std::size_t at = head.find("Content-Length:");
  return at == std::string::npos ? 0 : std::strtoull(head.c_str() + at + 15, nullptr, 10);
}

class SocketConnection final : public HttpServer::Connection {
 public:
  SocketConnection(int socket, SSL_CTX* context) : socket_(socket) {
    if (context != nullptr) {
      ssl_ = std::shared_ptr<SSL>(SSL_new(context), SSL_free);
      SSL_set_fd(ssl_.get(), socket);
    }
  }

  bool handshake() { return !ssl_ || SSL_accept(ssl_.get()) == 1; }

  std::optional<std::string> read_request() override {
    std::size_t head_end = 0;
    while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return std::nullopt;
    }
    const std::size_t total = head_end + 4 + content_length_of(received_.substr(0, head_end));
    while (received_.size() < total) {
      if (!receive()) return std::nullopt;
    }
    std::string request = received_.substr(0, total);
    received_.erase(0, total);
    return request;
  }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ssl_
                               ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the client is gone; the next read says so
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  bool writable() override {
    pollfd watched{socket_, POLLOUT, 0};
    return poll(&watched, 1, 200) == 1;
  }

  void await_close() override {
    while (receive()) received_.clear();
  }

  std::string server_name() const override {
    const char* name = ssl_ ? SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name) : nullptr;
    return name == nullptr ? "" : name;
  }

  std::string client_subject() const override {
    X509* certificate = ssl_ ? SSL_get1_peer_certificate(ssl_.get()) : nullptr;
    if (certificate == nullptr) return "";
    char name[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                              sizeof name);
    X509_free(certificate);
    return name;
  }

 private:
  bool receive() {
    char buffer[16384];
    const ssize_t got = ssl_ ? SSL_read(ssl_.get(), buffer, sizeof buffer)
                             : recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::shared_ptr<SSL> ssl_;
  std::string received_;
};

}  // namespace

struct HttpServer::State {
  Handler handler;
  Context context;
  int listener = -1;
  std::uint16_t port = 0;
  std::atomic<int> accepted{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::set<int> sockets;             // guarded by mutex
  std::vector<std::thread> threads;  // guarded by mutex
  std::thread acceptor;

  void serve(int client) {
    {
      SocketConnection connection(client, context.get());
      if (connection.handshake()) handler(connection);
    }
    const std::lock_guard lock(mutex);
    sockets.erase(client);
    close(client);
  }

  void accept_all() {
    while (true) {
      const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0 || stopping) {
        if (client >= 0) close(client);
        return;
      }
      ++accepted;
      const std::lock_guard lock(mutex);
      sockets.insert(client);
      threads.emplace_back([this, client] { serve(client); });
    }
  }
};

HttpServer::HttpServer(Handler handler, std::optional<ServerTls> tls)
    : state_(std::make_unique<State>()) {
  // OpenSSL writes to sockets without MSG_NOSIGNAL; a client that is gone must not end the test.
  std::signal(SIGPIPE, SIG_IGN);
  state_->handler = std::move(handler);
  if (tls) state_->context = make_context(*tls);
  state_->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  if (bind(state_->listener, reinterpret_cast<sockaddr*>(&address), bytes) != 0 ||
      listen(state_->listener, 64) != 0) {
    throw std::runtime_error("no free loopback port");
  }
  getsockname(state_->listener, reinterpret_cast<sockaddr*>(&address), &bytes);
  state_->port = ntohs(address.sin_port);
  state_->acceptor = std::thread([this] { state_->accept_all(); });
}

HttpServer::~HttpServer() {
  state_->stopping = true;
  shutdown(state_->listener, SHUT_RDWR);
  state_->acceptor.join();
  close(state_->listener);
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(state_->mutex);
    for (const int client : state_->sockets) shutdown(client, SHUT_RDWR);
    threads.swap(state_->threads);
  }
  for (std::thread& thread : threads) thread.join();
}

std::uint16_t HttpServer::port() const { return state_->port; }

std::string HttpServer::url() const {
  return (state_->context ? "https://127.0.0.1:" : "http://127.0.0.1:") +
         std::to_string(state_->port);
}

int HttpServer::accepted() const { return state_->accepted; }

std::string answer(int status, std::string_view body, std::string_view extra_headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Status\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(extra_headers) + "\r\n" + std::string(body);
}

std::string chunk(std::string_view data) {
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + std::string(data) + "\r\n";
}

}  // namespace argus::fakes
