#include "base/health_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <stdexcept>

#include "base/metrics.h"

namespace argus::base {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// One request on a socket, so that the answer is seen byte for byte; empty when nobody listens.
std::string ask_at(const sockaddr* address, socklen_t size, const std::string& request) {
  const int client = socket(address->sa_family, SOCK_STREAM, 0);
  std::string answer;
  if (connect(client, address, size) == 0) {
    send(client, request.data(), request.size(), MSG_NOSIGNAL);
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(client, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(got));
    }
  }
  close(client);
  return answer;
}

std::string ask(std::uint16_t port, const std::string& request) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ask_at(reinterpret_cast<const sockaddr*>(&address), sizeof address, request);
}

std::string ask_ipv6(std::uint16_t port, const std::string& request) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  return ask_at(reinterpret_cast<const sockaddr*>(&address), sizeof address, request);
}

// Whether this machine has ::1.
bool has_ipv6() {
  const int probe = socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool bound =
      probe >= 0 && bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (probe >= 0) close(probe);
  return bound;
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

constexpr const char* kGet = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST(HealthServer, ItsDefaultIsEveryAddressOfBothFamilies) {
  Metrics metrics;
  HealthServerOptions options;
  options.port = 0;
  const HealthServer server(options, metrics, {}, {});
  EXPECT_THAT(ask(server.port(), kGet), StartsWith("HTTP/1.1 200 OK"));
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  EXPECT_THAT(ask_ipv6(server.port(), kGet), StartsWith("HTTP/1.1 200 OK"));
}

// From here on the process is one on a kernel without IPv6.
bool take_ipv6_away() {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(rules), rules};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// Ends with 0 when a server answers there.
[[noreturn]] void serve_without_ipv6() {
  if (!take_ipv6_away()) std::_Exit(2);
  Metrics metrics;
  HealthServerOptions options;
  options.port = 0;
  try {
    const HealthServer server(options, metrics, {}, {});
    std::_Exit(ask(server.port(), kGet).rfind("HTTP/1.1 200 OK", 0) == 0 ? 0 : 1);
  } catch (const std::exception&) {
    std::_Exit(3);
  }
}

TEST(HealthServerDeathTest, WhereTheKernelHasNoIpv6ItServesIpv4) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(serve_without_ipv6(), testing::ExitedWithCode(0), "");
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
