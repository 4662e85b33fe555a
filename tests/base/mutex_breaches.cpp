// What clang must refuse, and what it must not: tests/check_locks compiles this, never runs it, and
// expects exactly the errors that are named here (clang's -verify).
#include "base/mutex.h"

namespace argus::base {

class Counter {
 public:
  void add() {
    const MutexLock lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  void add_without_the_lock() {
    ++count_;  // expected-error {{writing variable 'count_' requires holding mutex 'mutex_'}}
  }
  int read_without_the_lock() const {
    return count_;  // expected-error {{reading variable 'count_' requires holding mutex 'mutex_'}}
  }
  void use_after_unlock() {
    MutexLock lock(mutex_);
    lock.unlock();
    ++count_;  // expected-error {{writing variable 'count_' requires holding mutex 'mutex_'}}
    lock.lock();
    ++count_;
  }
  void hold_another_mutex() {
    const MutexLock lock(other_mutex_);
    ++count_;  // expected-error {{writing variable 'count_' requires holding mutex 'mutex_'}}
  }
  void lock_twice() {
    const MutexLock lock(mutex_);  // expected-note {{mutex acquired here}}
    // expected-error@+1 {{acquiring mutex 'mutex_' that is already held}}
    const MutexLock again(mutex_);
  }

  void call_what_requires_it() {
    reset();  // expected-error {{calling function 'reset' requires holding mutex 'mutex_'}}
    const MutexLock lock(mutex_);
    reset();
  }
  void call_what_excludes_it() {
    tell();
    const MutexLock lock(mutex_);
    tell();  // expected-error {{cannot call function 'tell' while mutex 'mutex_' is held}}
  }

  void wait(std::stop_token stop) {
    MutexLock lock(mutex_);
    changed_.wait(lock, stop, [this]() ARGUS_REQUIRES(mutex_) { return count_ > 0; });
    changed_.wait(lock, stop, [this] {
      // expected-error@+1 {{reading variable 'count_' requires holding mutex 'mutex_'}}
      return count_ > 0;
    });
  }

 private:
  void reset() ARGUS_REQUIRES(mutex_) { count_ = 0; }
  void tell() ARGUS_EXCLUDES(mutex_) {}

  mutable Mutex mutex_;
  Mutex other_mutex_;
  ConditionVariable changed_;
  int count_ ARGUS_GUARDED_BY(mutex_) = 0;
};

}  // namespace argus::base
