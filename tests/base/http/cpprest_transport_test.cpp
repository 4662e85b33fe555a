#include "base/http/cpprest_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "fakes/http_server.h"

namespace argus::base {
namespace {

using namespace std::chrono_literals;
using fakes::answer;
using fakes::chunk;
using fakes::HttpServer;
using fakes::kChunkedHead;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Kind = TransportError::Kind;

// Far above anything a working transport needs: a test fails by it, it never waits for it.
constexpr auto kNever = 60s;

// Something that one thread says and another waits for.
class Signal {
 public:
  void give() {
    const std::lock_guard lock(mutex_);
    given_ = true;
    condition_.notify_all();
  }
  [[nodiscard]] bool await() {
    std::unique_lock lock(mutex_);
    return condition_.wait_for(lock, kNever, [this] { return given_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool given_ = false;
};

HttpServer::Handler answers(const std::string& response) {
  return [response](HttpServer::Connection& connection) {
    while (connection.read_request()) connection.write(response);
  };
}

std::unique_ptr<HttpTransport> transport_to(const HttpServer& server) {
  TransportOptions options;
  options.base_url = server.url();
  return make_cpprest_transport(std::move(options));
}

template <typename Call>
TransportError error_of(const Call& call) {
  try {
    call();
  } catch (const TransportError& error) {
    return error;
  }
  ADD_FAILURE() << "no TransportError";
  return {Kind::kBroken, ""};
}

TEST(CpprestTransport, SendsTheRequestAsItIsAndReadsTheAnswer) {
  std::string seen;
  HttpServer server([&](HttpServer::Connection& connection) {
    seen = connection.read_request().value_or("");
    connection.write(answer(201, "{\"a\":1}", "X-Kind: test\r\n"));
    connection.await_close();
  });
  HttpRequest request;
  request.method = "PATCH";
  request.path = "/apis/apps%2Fv1/x?labelSelector=a%3Db%2Cc%20in%20%28d%29&force=true";
  request.headers["Content-Type"] = "application/apply-patch+yaml";
  request.headers["Accept"] = "application/json";
  request.body = "{\"b\":\"\xc3\xa4\"}";
  const HttpResponse response = transport_to(server)->send(request, {});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "{\"a\":1}");
  EXPECT_EQ(response.headers.at("x-kind"), "test");
  EXPECT_THAT(seen, StartsWith("PATCH /apis/apps%2Fv1/x?labelSelector=a%3Db%2Cc%20in%20%28d%29&"
                               "force=true HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Content-Type:application/apply-patch+yaml\r\n"));
  EXPECT_THAT(seen, HasSubstr("Accept:application/json\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\n\r\n{\"b\":\"\xc3\xa4\"}"));
}

TEST(CpprestTransport, ABasePathComesBeforeEveryPath) {
  std::string seen;
  HttpServer server([&](HttpServer::Connection& connection) {
    seen = connection.read_request().value_or("");
    connection.write(answer(200, ""));
  });
  TransportOptions options;
  options.base_url = server.url() + "/k8s/clusters/c-1/";
  make_cpprest_transport(options)->send({.path = "/api?x=1"}, {});
  EXPECT_THAT(seen, StartsWith("GET /k8s/clusters/c-1/api?x=1 HTTP/1.1\r\n"));
}

TEST(CpprestTransport, AnyStatusIsAnAnswerAndRedirectsAreNotFollowed) {
  for (const int status : {204, 301, 404, 500}) {
    const HttpServer server(answers(answer(status, "", "Location: /elsewhere\r\n")));
    EXPECT_EQ(transport_to(server)->send({}, {}).status, status);
  }
}

TEST(CpprestTransport, ABearerTokenIsAskedForEachRequest) {
  std::vector<std::string> seen;
  HttpServer server([&](HttpServer::Connection& connection) {
    while (const auto request = connection.read_request()) {
      seen.push_back(*request);
      connection.write(answer(200, ""));
    }
  });
  TransportOptions options;
  options.base_url = server.url();
  int asked = 0;
  options.credentials = [&](std::stop_token) {
    RequestCredentials credentials;
    if (++asked < 3) credentials.bearer_token = "t" + std::to_string(asked);
    return credentials;
  };
  const auto transport = make_cpprest_transport(options);
  for (int i = 0; i < 3; ++i) transport->send({}, {});
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_THAT(seen[0], HasSubstr("Authorization:Bearer t1\r\n"));
  EXPECT_THAT(seen[1], HasSubstr("Authorization:Bearer t2\r\n"));
  EXPECT_THAT(seen[2], testing::Not(HasSubstr("Authorization")));
}

TEST(CpprestTransport, ConnectionsAreReused) {
  const HttpServer server(answers(answer(200, "x")));
  const auto transport = transport_to(server);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(transport->send({}, {}).body, "x");
  // The library returns a connection to its pool a moment after the answer is complete, so that a
  // few requests find the pool empty.
  EXPECT_LE(server.accepted(), 10);
}

TEST(CpprestTransport, AReusedConnectionThatTheServerClosedIsReplaced) {
  std::atomic<int> closed = 0;
  const HttpServer server([&](HttpServer::Connection& connection) {
    if (connection.read_request()) connection.write(answer(200, "x"));
    ++closed;  // keep-alive was promised, but the server goes away
  });
  const auto transport = transport_to(server);
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(transport->send({}, {}).body, "x");
    while (closed < i) std::this_thread::yield();
  }
}

TEST(CpprestTransport, ManyThreadsShareOneTransport) {
  const HttpServer server([](HttpServer::Connection& connection) {
    while (const auto request = connection.read_request()) {
      connection.write(answer(200, request->substr(0, request->find(' ', 4))));
    }
  });
  const auto transport = transport_to(server);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
        EXPECT_EQ(transport->send({.path = path}, {}).body, "GET " + path);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(CpprestTransport, BigBodiesBothWays) {
  std::string big(std::size_t{8} << 20, 'x');
  for (std::size_t i = 0; i < big.size(); i += 4096)
    big[i] = static_cast<char>('a' + i / 4096 % 26);
  const HttpServer echo([](HttpServer::Connection& connection) {
    while (const auto request = connection.read_request()) {
      connection.write(answer(200, request->substr(request->find("\r\n\r\n") + 4)));
    }
  });
  HttpRequest request{.method = "POST", .body = big};
  EXPECT_TRUE(transport_to(echo)->send(request, {}).body == big);
  request.body_bytes_max = big.size() - 1;
  const TransportError error = error_of([&] { transport_to(echo)->send(request, {}); });
  EXPECT_EQ(error.kind(), Kind::kBroken);
  EXPECT_THAT(error.what(), HasSubstr("larger than 8388607 bytes"));
}

TEST(CpprestTransport, NobodyListens) {
  std::string url;
  {
    const HttpServer gone(answers(""));
    url = gone.url();
  }
  TransportOptions options;
  options.base_url = url;
  const auto transport = make_cpprest_transport(options);
  const TransportError error = error_of([&] { transport->send({.path = "/api?secret=1"}, {}); });
  EXPECT_EQ(error.kind(), Kind::kConnect);
  EXPECT_EQ(std::string(error.what()),
            "GET " + url + "/api: the connection was refused, or no route leads there.");
}

TEST(CpprestTransport, AnAnswerThatBreaksOffIsAnError) {
  for (const std::string& broken :
       {std::string(), std::string("HTTP/1.1 200"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        kChunkedHead.data() + chunk("piece"), std::string(kChunkedHead) + "5\r\npi",
        std::string("no HTTP at all\r\n\r\n")}) {
    const HttpServer server([&](HttpServer::Connection& connection) {
      if (connection.read_request()) connection.write(broken);
    });
    const TransportError error = error_of([&] { transport_to(server)->send({}, {}); });
    EXPECT_EQ(error.kind(), Kind::kBroken) << broken;
  }
}

TEST(CpprestTransport, ABodyWithoutLengthEndsWithTheConnection) {
  const HttpServer server([](HttpServer::Connection& connection) {
    if (connection.read_request()) connection.write("HTTP/1.1 200 OK\r\n\r\nall of it");
  });
  EXPECT_EQ(transport_to(server)->send({}, {}).body, "all of it");
}

TEST(CpprestTransport, AnAnswerThatDoesNotComeInTimeIsATimeout) {
  const HttpServer silent([](HttpServer::Connection& connection) { connection.await_close(); });
  const TransportError error = error_of([&] { transport_to(silent)->send({.timeout = 20ms}, {}); });
  EXPECT_EQ(error.kind(), Kind::kTimeout);
  EXPECT_THAT(error.what(), HasSubstr("no whole answer within 20 ms"));
}

TEST(CpprestTransport, AStreamIsDeliveredPieceByPieceAsItArrives) {
  Signal first, second;
  const HttpServer server([&](HttpServer::Connection& connection) {
    connection.read_request();
    connection.write(std::string(kChunkedHead) + chunk("{\"n\":1}\n"));
    if (!first.await()) return;  // the next piece is sent only when this one has arrived
    connection.write(chunk("{\"n\":2}\n"));
    if (!second.await()) return;
    connection.write("0\r\n\r\n");
    connection.await_close();
  });
  std::vector<std::string> pieces;
  const auto caller = std::this_thread::get_id();
  const HttpResponse response =
      transport_to(server)->stream({.timeout = kNever}, {}, [&](std::string_view piece) {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        pieces.emplace_back(piece);
        (pieces.size() == 1 ? first : second).give();
        return true;
      });
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_THAT(pieces, testing::ElementsAre("{\"n\":1}\n", "{\"n\":2}\n"));
}

TEST(CpprestTransport, AStreamOfAnotherStatusComesBackWhole) {
  const HttpServer server(answers(answer(410, "{\"reason\":\"Expired\"}")));
  const HttpResponse response = transport_to(server)->stream({}, {}, [](std::string_view) {
    ADD_FAILURE() << "delivered";
    return true;
  });
  EXPECT_EQ(response.status, 410);
  EXPECT_EQ(response.body, "{\"reason\":\"Expired\"}");
}

TEST(CpprestTransport, AStreamThatBreaksOffIsAnErrorAfterItsData) {
  const HttpServer server([](HttpServer::Connection& connection) {
    connection.read_request();
    connection.write(std::string(kChunkedHead) + chunk("whole\n"));
  });
  std::string got;
  const TransportError error = error_of([&] {
    transport_to(server)->stream({.timeout = kNever}, {}, [&](std::string_view piece) {
      got += piece;
      return true;
    });
  });
  EXPECT_EQ(error.kind(), Kind::kBroken);
  EXPECT_EQ(got, "whole\n");
}

TEST(CpprestTransport, SilenceEndsAStream) {
  const HttpServer server([](HttpServer::Connection& connection) {
    connection.read_request();
    connection.write(std::string(kChunkedHead) + chunk("hello\n"));
    connection.await_close();
  });
  const TransportError error = error_of([&] {
    transport_to(server)->stream({.timeout = 50ms}, {}, [](std::string_view) { return true; });
  });
  EXPECT_EQ(error.kind(), Kind::kTimeout);
  EXPECT_THAT(error.what(), HasSubstr("silence for 50 ms"));
}

TEST(CpprestTransport, AReceiverThatHasEnoughClosesTheConnection) {
  Signal closed;
  const HttpServer server([&](HttpServer::Connection& connection) {
    connection.read_request();
    connection.write(std::string(kChunkedHead) + chunk("1") + chunk("2"));
    connection.await_close();
    closed.give();
  });
  int pieces = 0;
  const auto transport = transport_to(server);
  EXPECT_EQ(
      transport->stream({.timeout = kNever}, {}, [&](std::string_view) { return ++pieces < 1; })
          .status,
      200);
  EXPECT_EQ(pieces, 1);
  EXPECT_TRUE(closed.await());
}

TEST(CpprestTransport, AnExceptionOfTheReceiverPassesThrough) {
  Signal closed;
  const HttpServer server([&](HttpServer::Connection& connection) {
    connection.read_request();
    connection.write(std::string(kChunkedHead) + chunk("1"));
    connection.await_close();
    closed.give();
  });
  const auto transport = transport_to(server);
  EXPECT_THROW(transport->stream({.timeout = kNever}, {},
                                 [](std::string_view) -> bool { throw std::domain_error("no"); }),
               std::domain_error);
  EXPECT_TRUE(closed.await());
}

TEST(CpprestTransport, ASlowReceiverHoldsTheServerBack) {
  constexpr int kPieces = 2000;  // 128 MiB, far more than the sockets' buffers hold
  const std::string piece = chunk(std::string(65'536, 'x'));
  Signal stalled;
  const HttpServer server([&](HttpServer::Connection& connection) {
    connection.read_request();
    connection.write(kChunkedHead);
    bool held_back = false;
    for (int i = 0; i < kPieces; ++i) {
      if (!held_back && !connection.writable()) {
        held_back = true;
        stalled.give();
      }
      connection.write(piece);
    }
    connection.write("0\r\n\r\n");
    connection.await_close();
  });
  std::size_t bytes = 0;
  bool waited = false;
  transport_to(server)->stream({.timeout = kNever}, {}, [&](std::string_view data) {
    if (!std::exchange(waited, true)) {
      EXPECT_TRUE(stalled.await());
    }
    bytes += data.size();
    return true;
  });
  EXPECT_EQ(bytes, std::size_t{65'536} * kPieces);
}

class Cancellation : public testing::Test {
 protected:
  // Requests a stop as soon as `reached` was given; the call under test must then end.
  void expect_cancelled(const HttpServer& server, Signal& reached) {
    std::stop_source stop;
    std::thread canceller([&] {
      EXPECT_TRUE(reached.await());
      stop.request_stop();
    });
    const auto transport = transport_to(server);
    const TransportError error = error_of([&] {
      transport->stream({.timeout = kNever}, stop.get_token(),
                        [&](std::string_view) { return true; });
    });
    EXPECT_EQ(error.kind(), Kind::kCancelled);
    canceller.join();
  }
};

TEST_F(Cancellation, BeforeTheRequest) {
  const HttpServer server(answers(answer(200, "")));
  std::stop_source stop;
  stop.request_stop();
  const TransportError error = error_of([&] { transport_to(server)->send({}, stop.get_token()); });
  EXPECT_EQ(error.kind(), Kind::kCancelled);
  EXPECT_EQ(server.accepted(), 0);
}

TEST_F(Cancellation, WhileWaitingForHeaders) {
  Signal reached, closed;
  const HttpServer server([&](HttpServer::Connection& connection) {
    connection.read_request();
    reached.give();
    connection.await_close();
    closed.give();
  });
  expect_cancelled(server, reached);
  EXPECT_TRUE(closed.await());
}

TEST_F(Cancellation, InTheMiddleOfAStream) {
  Signal reached, closed;
  const HttpServer server([&](HttpServer::Connection& connection) {
    connection.read_request();
    connection.write(std::string(kChunkedHead) + chunk("1\n"));
    reached.give();
    connection.await_close();
    closed.give();
  });
  expect_cancelled(server, reached);
  EXPECT_TRUE(closed.await());
}

// The stop and the headers meet in every order, many times over; under LeakSanitizer this shows
// what the loser leaves behind.
TEST_F(Cancellation, WhenTheHeadersArrive) {
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    Signal reached;
    const HttpServer server([&](HttpServer::Connection& connection) {
      connection.read_request();
      connection.write(kChunkedHead);
      reached.give();
      connection.await_close();
    });
    expect_cancelled(server, reached);
  }
}

TEST_F(Cancellation, WhileConnecting) {
  // Plain text where TLS is expected, and nobody who answers the client's hello: the handshake
  // hangs.
  Signal reached, closed;
  const HttpServer server([&](HttpServer::Connection& connection) {
    reached.give();
    connection.await_close();
    closed.give();
  });
  TransportOptions options;
  options.base_url = "https://127.0.0.1:" + std::to_string(server.port());
  const auto transport = make_cpprest_transport(options);
  std::stop_source stop;
  std::thread canceller([&] {
    EXPECT_TRUE(reached.await());
    stop.request_stop();
  });
  const TransportError error =
      error_of([&] { transport->send({.timeout = kNever}, stop.get_token()); });
  EXPECT_EQ(error.kind(), Kind::kCancelled);
  canceller.join();
  EXPECT_TRUE(closed.await());
}

TEST_F(Cancellation, ACancelledTransportStillWorks) {
  Signal reached;
  std::atomic<bool> answer_now = false;
  const HttpServer server([&](HttpServer::Connection& connection) {
    while (connection.read_request()) {
      if (answer_now) {
        connection.write(answer(200, "x"));
      } else {
        reached.give();
      }
    }
  });
  expect_cancelled(server, reached);
  answer_now = true;
  EXPECT_EQ(transport_to(server)->send({}, {}).body, "x");
}

TEST(CpprestTransport, RefusesWhatIsNoServerAddress) {
  for (const char* url : {"", "127.0.0.1:6443", "ftp://host", "https://", "https://user:x@host",
                          "https://host?x=1", "not a url", "https://[::1]:6443"}) {
    TransportOptions options;
    options.base_url = url;
    EXPECT_THROW(make_cpprest_transport(options), std::invalid_argument) << url;
  }
}

}  // namespace
}  // namespace argus::base
