// Which offset of one partition may be committed: the highest below which everything is finished,
// whatever the order in which messages finish.
//
// Threads: values; one thread at a time. Failure: none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace argus::worker {

class OffsetTracker {
 public:
  // A message was read. Offsets ascend, with holes (transactions, compaction). False when it needs
  // no work: it was finished before a rewind.
  bool begin(std::int64_t offset);
  // It needs no more work. An offset that was never begun is ignored.
  void finish(std::int64_t offset);
  // The offset to commit (one past the last finished), once; std::nullopt when nothing changed.
  [[nodiscard]] std::optional<std::int64_t> committable() const;
  void committed(std::int64_t offset);
  // Where to read on when all unfinished work is thrown away; std::nullopt before the first
  // message.
  [[nodiscard]] std::optional<std::int64_t> restart() const;
  // Forgets what is unfinished: it will be read again. What is finished stays finished.
  void rewind();
  [[nodiscard]] std::size_t unfinished() const;

 private:
  enum class Step { kToRead, kInWork, kFinished };
  void advance();

  std::map<std::int64_t, Step> window_;  // by offset, from next_ on
  std::optional<std::int64_t> next_;     // everything below is finished
  std::optional<std::int64_t> committed_;
};

}  // namespace argus::worker
