// A mutex whose use clang checks: what it guards is written at each member, and a read or a write
// without it is an error of tests/check_locks. To g++ the annotations are nothing.
//
//   void push(Job job) {
//     const base::MutexLock lock(mutex_);
//     jobs_.push_back(std::move(job));
//   }
//   void drop_oldest() ARGUS_REQUIRES(mutex_);  // the caller holds it
//   void tell() ARGUS_EXCLUDES(mutex_);         // the caller must not hold it
//
//   base::Mutex mutex_;
//   std::deque<Job> jobs_ ARGUS_GUARDED_BY(mutex_);
//
// Clang takes a lambda for a function of its own: one that a wait calls under the lock says so.
//
//   changed_.wait(lock, stop, [this]() ARGUS_REQUIRES(mutex_) { return !jobs_.empty(); });
//
// Threads: Mutex and ConditionVariable from any, a MutexLock on the thread that made it.
// Failure: none but std::system_error for misuse, as of std::mutex.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

// Source: https://clang.llvm.org/docs/ThreadSafetyAnalysis.html
#ifdef __clang__
#define ARGUS_THREAD_ANNOTATION(attribute) __attribute__((attribute))
#else
#define ARGUS_THREAD_ANNOTATION(attribute)
#endif

// A member that is read and written under a mutex only.
#define ARGUS_GUARDED_BY(mutex) ARGUS_THREAD_ANNOTATION(guarded_by(mutex))
// A function whose caller holds the mutex, or must not hold it.
#define ARGUS_REQUIRES(...) ARGUS_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define ARGUS_EXCLUDES(...) ARGUS_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
// For the classes below.
#define ARGUS_CAPABILITY(name) ARGUS_THREAD_ANNOTATION(capability(name))
#define ARGUS_SCOPED_CAPABILITY ARGUS_THREAD_ANNOTATION(scoped_lockable)
#define ARGUS_ACQUIRE(...) ARGUS_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define ARGUS_RELEASE(...) ARGUS_THREAD_ANNOTATION(release_capability(__VA_ARGS__))

namespace argus::base {

class ARGUS_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;  // the only way to lock it
  std::mutex mutex_;
};

// Holds a mutex while it lives, but for the time between unlock() and lock().
class ARGUS_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ARGUS_ACQUIRE(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() ARGUS_RELEASE() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void unlock() ARGUS_RELEASE() { lock_.unlock(); }
  void lock() ARGUS_ACQUIRE() { lock_.lock(); }

 private:
  friend class ConditionVariable;
  std::unique_lock<std::mutex> lock_;
};

// std::condition_variable_any for a MutexLock: every wait has a condition, `ready`, which is called
// with the lock held; true when it holds.
class ConditionVariable {
 public:
  void notify_one() noexcept { condition_.notify_one(); }
  void notify_all() noexcept { condition_.notify_all(); }

  template <typename Ready>
  void wait(MutexLock& lock, Ready ready) {
    condition_.wait(lock.lock_, std::move(ready));
  }
  // Also until stop is requested.
  template <typename Ready>
  bool wait(MutexLock& lock, std::stop_token stop, Ready ready) {
    return condition_.wait(lock.lock_, std::move(stop), std::move(ready));
  }
  template <typename Ready>
  bool wait_for(MutexLock& lock, std::chrono::nanoseconds duration, Ready ready) {
    return condition_.wait_for(lock.lock_, duration, std::move(ready));
  }
  template <typename Ready>
  bool wait_until(MutexLock& lock, std::stop_token stop,
                  std::chrono::steady_clock::time_point deadline, Ready ready) {
    return condition_.wait_until(lock.lock_, std::move(stop), deadline, std::move(ready));
  }

 private:
  std::condition_variable_any condition_;
};

}  // namespace argus::base
