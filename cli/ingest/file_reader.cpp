#include "cli/ingest/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "cli/ingest/file_choice.h"
#include "event/limits.h"

namespace argus::cli {
namespace {

class OpenFile {
 public:
  explicit OpenFile(int number) : number_(number) {}
  ~OpenFile() {
    if (number_ >= 0) close(number_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Unreadable failed() { return {"cannot be read: " + std::generic_category().message(errno)}; }

}  // namespace

std::variant<std::string, Unreadable> read_source(const std::string& root,
                                                  const std::string& path) {
  // A pipe put in place of the file must not block.
  const OpenFile file(
      open((root + "/" + path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.number() < 0) {
    if (errno == ELOOP || errno == ENOENT) return Unreadable{std::string(kSkippedChanged)};
    return failed();
  }
  struct stat status {};
  if (fstat(file.number(), &status) != 0) return failed();
  if (!S_ISREG(status.st_mode)) return Unreadable{std::string(kSkippedChanged)};
  std::string content(static_cast<std::size_t>(status.st_size) + 1, '\0');  // sees that it grew
  std::size_t filled = 0;
  while (true) {
    const ssize_t got = read(file.number(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
    if (const auto refusal = size_refusal(filled)) return Unreadable{*refusal};
    if (filled == content.size()) content.resize(2 * filled);
  }
  content.resize(filled);
  if (is_binary(content)) return Unreadable{std::string(kSkippedBinary)};
  return content;
}

}  // namespace argus::cli
