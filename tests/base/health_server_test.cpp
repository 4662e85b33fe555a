#include "base/health_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>

#include "base/metrics.h"

namespace argus::base {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// One request on a socket, so that the answer is seen byte for byte; empty when nobody listens.
std::string ask(std::uint16_t port, const std::string& request) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    send(client, request.data(), request.size(), MSG_NOSIGNAL);
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(client, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(got));
    }
  }
  close(client);
  return answer;
}

std::string get(std::uint16_t port, const std::string& path) {
  return ask(port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
}

HealthServerOptions on_loopback() {
  HealthServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  return options;
}

TEST(HealthServer, AnswersHealthyReadyAndMetrics) {
  Metrics metrics;
  metrics.counter("up_total", "Up.").increment();
  const HealthServer server(on_loopback(), metrics, {}, {});
  ASSERT_NE(server.port(), 0);
  const std::string live = get(server.port(), "/healthz");
  EXPECT_THAT(live, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(live, HasSubstr("{\"status\":\"healthy\"}"));
  EXPECT_THAT(get(server.port(), "/readyz?verbose"), HasSubstr("{\"status\":\"ready\"}"));
  const std::string scrape = get(server.port(), "/metrics");
  EXPECT_THAT(scrape, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(scrape, HasSubstr("up_total 1\n"));
}

TEST(HealthServer, ChecksRunAtEachRequest) {
  Metrics metrics;
  std::atomic<bool> broken = true;
  const HealthServer server(on_loopback(), metrics, {},
                            {{"falkordb", [&]() -> std::optional<std::string> {
                                if (broken) return "falkordb:6379 refuses connections";
                                return std::nullopt;
                              }}});
  const std::string answer = get(server.port(), "/readyz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(answer, HasSubstr("{\"status\":\"not ready\",\"reasons\":[\"falkordb: falkordb:6379 "
                                "refuses connections\"]}"));
  EXPECT_THAT(get(server.port(), "/healthz"), HasSubstr("200 OK"));
  broken = false;
  EXPECT_THAT(get(server.port(), "/readyz"), HasSubstr("200 OK"));
}

TEST(HealthServer, ACheckThatThrowsIsAProblem) {
  Metrics metrics;
  const HealthServer server(
      on_loopback(), metrics,
      {{"store", []() -> std::optional<std::string> { throw std::runtime_error("disk gone"); }}},
      {});
  EXPECT_THAT(get(server.port(), "/healthz"), HasSubstr("store: the check failed: disk gone"));
}

TEST(HealthServer, PathsAndWordsAreTheProgramsChoice) {
  Metrics metrics;
  HealthServerOptions options = on_loopback();
  options.liveness_path = "/health";
  options.readiness_path = "/ready";
  options.ready = "consuming";
  const HealthServer server(options, metrics, {}, {});
  EXPECT_THAT(get(server.port(), "/health"), HasSubstr("healthy"));
  EXPECT_THAT(get(server.port(), "/ready"), HasSubstr("{\"status\":\"consuming\"}"));
  EXPECT_THAT(get(server.port(), "/healthz"), StartsWith("HTTP/1.1 404 "));
}

TEST(HealthServer, OnlyReadsAreAnswered) {
  Metrics metrics;
  const HealthServer server(on_loopback(), metrics, {}, {});
  EXPECT_THAT(
      ask(server.port(),
          "POST /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
      StartsWith("HTTP/1.1 405 "));
  const std::string head =
      ask(server.port(), "HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(head, Not(HasSubstr("healthy")));
  EXPECT_THAT(get(server.port(), "/../../etc/passwd"), Not(HasSubstr("root:")));
}

TEST(HealthServer, ATakenPortIsNamed) {
  Metrics metrics;
  const HealthServer first(on_loopback(), metrics, {}, {});
  HealthServerOptions same = on_loopback();
  same.port = first.port();
  try {
    const HealthServer second(same, metrics, {}, {});
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("127.0.0.1:" + std::to_string(first.port())));
    EXPECT_THAT(error.what(), HasSubstr("choose another address or port"));
  }
}

TEST(HealthServer, ANameIsNoAddress) {
  Metrics metrics;
  HealthServerOptions options = on_loopback();
  options.address = "localhost";
  EXPECT_THROW(HealthServer(options, metrics, {}, {}), std::runtime_error);
}

TEST(HealthServer, StopsListeningWhenDestroyed) {
  Metrics metrics;
  std::uint16_t port = 0;
  {
    const HealthServer server(on_loopback(), metrics, {}, {});
    port = server.port();
    EXPECT_NE(get(port, "/healthz"), "");
  }
  EXPECT_EQ(get(port, "/healthz"), "");
}

}  // namespace
}  // namespace argus::base
