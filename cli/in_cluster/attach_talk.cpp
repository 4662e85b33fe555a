#include "cli/in_cluster/attach_talk.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <streambuf>
#include <utility>

#include "cli/exit_code.h"

namespace argus::cli {
namespace {

constexpr std::string_view kEndWord = "argusctl-end ";
constexpr std::size_t kLineBytesMax = std::size_t{64} * 1024;

// Passes everything on and counts it.
class CountingBuffer final : public std::streambuf {
 public:
  explicit CountingBuffer(std::streambuf& target) : target_(target) {}
  [[nodiscard]] std::uint64_t count() const { return count_; }

 protected:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    ++count_;
    return target_.sputc(traits_type::to_char_type(c));
  }
  std::streamsize xsputn(const char* bytes, std::streamsize size) override {
    const std::streamsize written = target_.sputn(bytes, size);
    count_ += static_cast<std::uint64_t>(written);
    return written;
  }
  int sync() override { return target_.pubsync(); }

 private:
  std::streambuf& target_;
  std::uint64_t count_ = 0;
};

// Not a byte more: a tree may follow.
bool begins(int input) {
  for (const char expected : kBeginLine) {
    char c = 0;
    ssize_t count = 0;
    do {
      count = read(input, &c, 1);
    } while (count < 0 && errno == EINTR);
    if (count != 1 || c != expected) return false;
  }
  return true;
}

template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::string end_line(const RemoteEnd& end) {
  return std::string(kEndWord) + std::to_string(end.status) + " " +
         std::to_string(end.output_bytes);
}

std::optional<RemoteEnd> parse_end_line(std::string_view line) {
  if (!line.starts_with(kEndWord)) return std::nullopt;
  line.remove_prefix(kEndWord.size());
  RemoteEnd end;
  if (!take_number(line, end.status) || !line.starts_with(' ')) return std::nullopt;
  line.remove_prefix(1);
  if (!take_number(line, end.output_bytes) || !line.empty()) return std::nullopt;
  return end;
}

int answer_over_attach(int input, std::ostream& out, std::ostream& errors,
                       const std::function<int(std::ostream&)>& command) {
  if (!begins(input)) {
    errors << "argusctl: --over-attach is for argusctl --in-cluster, which says when to begin.\n";
    return kFailed;
  }
  CountingBuffer buffer(*out.rdbuf());
  std::ostream counted(&buffer);
  const int status = command(counted);
  counted.flush();
  errors << end_line({status, buffer.count()}) << "\n" << std::flush;
  return status;
}

void LineSplitter::add(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n' || line_.size() == kLineBytesMax) {
      on_line_(std::exchange(line_, {}));
      if (c == '\n') continue;
    }
    line_ += c;
  }
}

void LineSplitter::finish() {
  if (!line_.empty()) on_line_(std::exchange(line_, {}));
}

}  // namespace argus::cli
