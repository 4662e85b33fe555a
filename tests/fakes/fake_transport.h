// An HttpTransport without a network: it answers from a list and keeps what it was asked.
//
//   FakeTransport transport;
//   transport.answer({.status = 200, .body = R"({"kind":"Pod"})"});
//   transport.send(request, stop);
//   EXPECT_EQ(transport.requests().front().path, "/api/v1/...");
//
// Threads: every method may be called from any thread.
// Failure: a request beyond the list throws std::logic_error, which fails the test.
#pragma once

#include <algorithm>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "base/http/transport.h"

namespace argus::fakes {

class FakeTransport final : public base::HttpTransport {
 public:
  // The next answer; a stream delivers the body of a 2xx in pieces of `piece_bytes`.
  void answer(base::HttpResponse response) {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(std::move(response));
  }
  void fail(base::TransportError error) {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(std::move(error));
  }
  void set_piece_bytes(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    piece_bytes_ = bytes;
  }
  [[nodiscard]] std::vector<base::HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  base::HttpResponse send(const base::HttpRequest& request, std::stop_token stop) override {
    return next(request, stop);
  }

  base::HttpResponse stream(const base::HttpRequest& request, std::stop_token stop,
                            const std::function<bool(std::string_view)>& on_data) override {
    base::HttpResponse response = next(request, stop);
    if (response.status < 200 || response.status > 299) return response;
    const std::string body = std::exchange(response.body, "");
    const std::size_t piece = std::max<std::size_t>(piece_bytes(), 1);
    for (std::size_t at = 0; at < body.size(); at += piece) {
      if (!on_data(std::string_view(body).substr(at, piece))) return response;
    }
    return response;
  }

 private:
  [[nodiscard]] std::size_t piece_bytes() const {
    const std::lock_guard lock(mutex_);
    return piece_bytes_;
  }

  base::HttpResponse next(const base::HttpRequest& request, const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) {
      throw base::TransportError(base::TransportError::Kind::kCancelled, "cancelled");
    }
    requests_.push_back(request);
    if (answers_.empty()) {
      throw std::logic_error("no answer for " + request.method + " " + request.path);
    }
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    if (auto* error = std::get_if<base::TransportError>(&answer)) throw std::move(*error);
    return std::get<base::HttpResponse>(std::move(answer));
  }

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::deque<std::variant<base::HttpResponse, base::TransportError>> answers_;
  std::vector<base::HttpRequest> requests_;
  std::size_t piece_bytes_ = 7;  // no event's length: events are cut in the middle
};

}  // namespace argus::fakes
