// Where cpprestsdk's threads and the caller of CpprestTransport meet. Part of
// cpprest_transport.cpp, the only file that may include it.
//
// Threads: an Exchange is written by network threads and waited on by one caller; a mutex guards
// it. Ownership: shared by the caller and the library's tasks, so that a caller may leave at any
// time. Failure: the library's failure is kept as an exception_ptr for the caller to explain.
#pragma once

#include <cpprest/astreambuf.h>
#include <cpprest/http_msg.h>
#include <pplx/pplxtasks.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string_view>
#include <utility>

#include "base/mutex.h"

namespace argus::base {

// One request under way. The library offers a piece of the body and waits; the caller takes it and
// lets the library go on.
class Exchange {
 public:
  enum class Event { kHeaders, kPiece, kFinished, kStopped, kTimeout };

  // Called by the library's threads.
  void headers_arrived(web::http::http_response response) {
    const MutexLock lock(mutex_);
    if (abandoned_) return;
    headers_ = std::move(response);
    changed_.notify_all();
  }
  pplx::task<std::size_t> offer(const std::uint8_t* data, std::size_t bytes) {
    const MutexLock lock(mutex_);
    if (abandoned_) {
      return pplx::task_from_exception<std::size_t>(std::runtime_error("nobody reads the body"));
    }
    piece_ = std::string_view(reinterpret_cast<const char*>(data), bytes);
    taken_ = pplx::task_completion_event<std::size_t>();
    changed_.notify_all();
    return pplx::create_task(taken_);
  }
  void finished(std::exception_ptr failure) {
    const MutexLock lock(mutex_);
    finished_ = true;
    failure_ = std::move(failure);
    changed_.notify_all();
  }

  // Called by the caller's thread. Events come in order: headers, pieces, finished.
  Event wait(std::stop_token stop, std::chrono::steady_clock::time_point deadline) {
    MutexLock lock(mutex_);
    // A piece may outrun its headers, which come through another thread.
    const auto ready = [this]() ARGUS_REQUIRES(mutex_) {
      return headers_ || piece_to_take() || finished_;
    };
    if (!changed_.wait_until(lock, stop, deadline, ready)) {
      return stop.stop_requested() ? Event::kStopped : Event::kTimeout;
    }
    // A stop wins over data that arrived with it: nothing is delivered after a stop request.
    if (stop.stop_requested()) return Event::kStopped;
    if (headers_) return Event::kHeaders;
    return piece_to_take() ? Event::kPiece : Event::kFinished;
  }
  web::http::http_response take_headers() {
    const MutexLock lock(mutex_);
    headers_taken_ = true;
    web::http::http_response response = std::move(*headers_);
    headers_.reset();
    return response;
  }
  // Valid until piece_taken(): the library waits.
  std::string_view piece() {
    const MutexLock lock(mutex_);
    return piece_;
  }
  void piece_taken() {
    MutexLock lock(mutex_);
    const std::size_t bytes = std::exchange(piece_, {}).size();
    const auto taken = taken_;
    lock.unlock();
    taken.set(bytes);
  }
  std::exception_ptr failure() {
    const MutexLock lock(mutex_);
    return failure_;
  }
  // Nobody will wait any more: whatever the library still offers is refused. The headers are let
  // go: a response holds the stream of its body, the stream holds this, and nobody would end that
  // circle.
  void abandon() {
    MutexLock lock(mutex_);
    abandoned_ = true;
    const std::optional<web::http::http_response> headers = std::exchange(headers_, std::nullopt);
    const bool offered = !std::exchange(piece_, {}).empty();
    const auto taken = taken_;
    lock.unlock();
    if (!offered) return;
    taken.set_exception(std::runtime_error("nobody reads the body"));
  }

 private:
  [[nodiscard]] bool piece_to_take() const ARGUS_REQUIRES(mutex_) {
    return headers_taken_ && !piece_.empty();
  }

  Mutex mutex_;
  ConditionVariable changed_;
  std::optional<web::http::http_response> headers_ ARGUS_GUARDED_BY(mutex_);
  bool headers_taken_ ARGUS_GUARDED_BY(mutex_) = false;
  std::string_view piece_ ARGUS_GUARDED_BY(mutex_);
  pplx::task_completion_event<std::size_t> taken_ ARGUS_GUARDED_BY(mutex_);
  bool finished_ ARGUS_GUARDED_BY(mutex_) = false;
  bool abandoned_ ARGUS_GUARDED_BY(mutex_) = false;
  std::exception_ptr failure_ ARGUS_GUARDED_BY(mutex_);
};

// The stream buffer that the library writes a body into. Only writing whole blocks is ever asked of
// it; the rest of the interface says "nothing here".
class BodySink final : public Concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
 public:
  explicit BodySink(std::shared_ptr<Exchange> exchange)
      : streambuf_state_manager(std::ios_base::out), exchange_(std::move(exchange)) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return nowhere(); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return nowhere(); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return nowhere();
  }
  bool acquire(std::uint8_t*&, std::size_t&) override { return false; }
  void release(std::uint8_t*, std::size_t) override {}

 protected:
  pplx::task<std::size_t> _putn(const std::uint8_t* data, std::size_t bytes) override {
    return exchange_->offer(data, bytes);
  }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  pplx::task<int_type> _putc(std::uint8_t) override { return at_end(); }
  pplx::task<int_type> _bumpc() override { return at_end(); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return at_end(); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return at_end(); }
  pplx::task<int_type> _ungetc() override { return at_end(); }
  pplx::task<std::size_t> _getn(std::uint8_t*, std::size_t) override {
    return pplx::task_from_result<std::size_t>(0);
  }
  std::size_t _scopy(std::uint8_t*, std::size_t) override { return 0; }
  std::uint8_t* _alloc(std::size_t) override { return nullptr; }
  void _commit(std::size_t) override {}

 private:
  static pos_type nowhere() { return static_cast<pos_type>(traits::eof()); }
  static pplx::task<int_type> at_end() { return pplx::task_from_result<int_type>(traits::eof()); }

  std::shared_ptr<Exchange> exchange_;
};

}  // namespace argus::base
