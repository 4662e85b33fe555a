#include "cli/ingest/tree_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/ingest/file_choice.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTreePrefix = "tree/";
constexpr std::string_view kNoteName = "argusctl-note";
constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr int kFileMode = 0644;

struct FreeArchive {
  void operator()(archive* handle) const { archive_free(handle); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
template <typename Type>
using OwnedArchive = std::unique_ptr<Type, FreeArchive>;

// Called by libarchive: must not throw. -1 is its sign of a failure.
la_ssize_t append(archive*, void* target, const void* bytes, std::size_t count) noexcept {
  try {
    static_cast<std::string*>(target)->append(static_cast<const char*>(bytes), count);
    return static_cast<la_ssize_t>(count);
  } catch (...) {
    return -1;
  }
}

[[noreturn]] void fail_reading(archive* handle) {
  const char* const reason = archive_error_string(handle);
  throw TreeError(std::string("The tree did not arrive whole, so nothing of it is used: ") +
                  (reason == nullptr ? "the stream broke off" : printable(reason)) + ".");
}

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
  throw TreeError("The entry " + printable(name) + " of the tree is refused: " + reason + ".");
}

std::string content_of(archive* handle, const std::string& name, std::uint64_t most) {
  std::string content;
  std::array<char, kReadBytes> buffer{};
  while (true) {
    const la_ssize_t count = archive_read_data(handle, buffer.data(), buffer.size());
    if (count < 0) fail_reading(handle);
    if (count == 0) return content;
    if (content.size() + static_cast<std::size_t>(count) > most) {
      refuse(name, "it is larger than " + std::to_string(most) + " bytes");
    }
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// Nothing is there yet but what this reading made: no link can lead elsewhere.
void write_new(const std::string& path, const std::string& name, std::string_view content) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (error) refuse(name, error.message());
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
  if (file < 0) refuse(name, std::generic_category().message(errno));
  bool written = true;
  while (written && !content.empty()) {
    const ssize_t count = write(file, content.data(), content.size());
    written = count > 0 || (count < 0 && errno == EINTR);
    if (count > 0) content.remove_prefix(static_cast<std::size_t>(count));
  }
  const int reason = errno;
  if (close(file) != 0 || !written) refuse(name, std::generic_category().message(reason));
}

class Unpacking {
 public:
  Unpacking(archive* handle, std::string directory, const ArchiveLimits& limits)
      : handle_(handle), directory_(std::move(directory)), limits_(limits) {}

  UnpackedTree run() {
    archive_entry* entry = nullptr;
    while (true) {
      const int result = archive_read_next_header(handle_, &entry);
      if (result != ARCHIVE_OK) fail_reading(handle_);  // an end without the note, too
      const char* const raw = archive_entry_pathname(entry);
      const std::string name = raw == nullptr ? "" : raw;
      if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
        refuse(name, "it is not a regular file");
      }
      if (name == kNoteName) {
        tree_.note = content_of(handle_, name, limits_.note_bytes);
        return std::move(tree_);
      }
      take_file(name);
    }
  }

 private:
  void take_file(const std::string& name) {
    if (!name.starts_with(kTreePrefix)) refuse(name, "it lies outside of the tree");
    const std::string path = name.substr(kTreePrefix.size());
    if (const auto problem = path_refusal(path)) refuse(name, *problem);
    if (tree_.files.size() == limits_.files) refuse(name, "there are too many files before it");
    const std::string content = content_of(handle_, name, limits_.file_bytes);
    bytes_ += content.size();
    if (bytes_ > limits_.all_bytes) {
      refuse(name, "the tree has more than " + std::to_string(limits_.all_bytes) + " bytes");
    }
    write_new(directory_ + "/" + path, name, content);
    tree_.files.push_back({path, content.size()});
  }

  archive* const handle_;
  const std::string directory_;
  const ArchiveLimits limits_;
  UnpackedTree tree_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

struct TreeArchiveWriter::State {
  std::string written;  // outlives the handle, whose end writes there
  OwnedArchive<archive> handle{archive_write_new()};

  void require(int result) const {
    if (result == ARCHIVE_OK) return;
    throw TreeError(std::string("The tree cannot be packed: ") +
                    printable(archive_error_string(handle.get())) + ".");
  }
  void add(const std::string& name, std::string_view content) const {
    const OwnedArchive<archive_entry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), kFileMode);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    require(archive_write_header(handle.get(), entry.get()));
    if (archive_write_data(handle.get(), content.data(), content.size()) !=
        static_cast<la_ssize_t>(content.size())) {
      require(ARCHIVE_FATAL);
    }
  }
};

TreeArchiveWriter::TreeArchiveWriter() : state_(std::make_unique<State>()) {
  archive* const handle = state_->handle.get();
  state_->require(archive_write_set_format_gnutar(handle));
  state_->require(archive_write_set_bytes_per_block(handle, 0));  // nothing is held back
  state_->require(archive_write_open(handle, &state_->written, nullptr, append, nullptr));
}

TreeArchiveWriter::~TreeArchiveWriter() = default;

void TreeArchiveWriter::add(const std::string& path, std::string_view content) {
  state_->add(std::string(kTreePrefix) + path, content);
}

void TreeArchiveWriter::finish(std::string_view note) {
  state_->add(std::string(kNoteName), note);
  state_->require(archive_write_close(state_->handle.get()));
}

std::string TreeArchiveWriter::take() { return std::exchange(state_->written, {}); }

UnpackedTree unpack_tree(int input, const std::string& directory, const ArchiveLimits& limits) {
  std::error_code error;
  if (!fs::is_directory(directory, error) || !fs::is_empty(directory, error) || error) {
    throw TreeError("The path " + printable(directory) +
                    " is not an empty directory: a tree is unpacked into one.");
  }
  const OwnedArchive<archive> handle(archive_read_new());
  archive_read_support_format_tar(handle.get());
  if (archive_read_open_fd(handle.get(), input, kReadBytes) != ARCHIVE_OK) {
    fail_reading(handle.get());
  }
  return Unpacking(handle.get(), directory, limits).run();
}

}  // namespace argus::cli
