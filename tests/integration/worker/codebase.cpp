#include "codebase.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "event/ingested_message.h"
#include "event/sha256.h"

namespace argus::worker::live {
namespace {

namespace fs = std::filesystem;

// Leaves room for what every part says beside its files.
constexpr std::size_t kPartBytes = kMessageBytesMax - std::size_t{8} * 1024;

std::string module_cache() {
  std::string path;
  FILE* pipe = popen("go env GOMODCACHE", "r");
  if (pipe == nullptr) return path;
  for (int byte = fgetc(pipe); byte != EOF && byte != '\n'; byte = fgetc(pipe)) {
    path.push_back(static_cast<char>(byte));
  }
  pclose(pipe);
  return path;
}

IngestedHead head_of(const Sending& sending, const std::string& kind, std::uint32_t number,
                     std::uint32_t total) {
  IngestedHead head;
  head.event_id = sending.ingestion_id + "." + kind + "." + std::to_string(number);
  head.tenant = sending.tenant;
  head.occurred_at = sending.started_at;
  head.ingestion_id = sending.ingestion_id;
  head.ingestion_started_at = sending.started_at;
  head.repository = {sending.repository, "", sending.commit, ""};
  head.number = number;
  head.total = total;
  return head;
}

std::vector<std::vector<SourceFile>> parts_of(const std::vector<SourceFile>& files) {
  std::vector<std::vector<SourceFile>> parts(1);
  std::size_t bytes = 0;
  for (const SourceFile& file : files) {
    const std::size_t size = part_entry_bytes(file);
    if (!parts.back().empty() &&
        (bytes + size > kPartBytes || parts.back().size() == kFilesPerPartMax)) {
      parts.emplace_back();
      bytes = 0;
    }
    parts.back().push_back(file);
    bytes += size;
  }
  return parts;
}

}  // namespace

fs::path kubernetes() {
  if (const char* given = std::getenv("ARGUS_TEST_GO_CORPUS")) return given;
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fs::path(module_cache()) / "k8s.io", none)) {
    if (entry.path().filename().string().starts_with("kubernetes@")) found.push_back(entry.path());
  }
  if (found.empty()) {
    throw std::runtime_error(
        "There is no Go codebase: run deploy/local/services build, which puts k8s.io/kubernetes "
        "into the module cache, or set ARGUS_TEST_GO_CORPUS to a directory");
  }
  return *std::max_element(found.begin(), found.end());
}

SourceFile source(std::string path, std::string content) {
  SourceFile file{std::move(path), sha256_hex(content), {}};
  file.content = std::move(content);
  return file;
}

std::vector<SourceFile> read_sources(const fs::path& root,
                                     const std::vector<std::string>& directories,
                                     const std::vector<std::string>& endings) {
  std::vector<SourceFile> files;
  for (const std::string& directory : directories) {
    for (const auto& entry : fs::recursive_directory_iterator(root / directory)) {
      const std::string ending = entry.path().extension();
      if (!entry.is_regular_file() || std::ranges::find(endings, ending) == endings.end()) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << stream.rdbuf();
      SourceFile file = source(entry.path().lexically_relative(root).generic_string(), text.str());
      if (part_entry_bytes(file) <= kPartBytes) files.push_back(std::move(file));
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  if (files.empty()) throw std::runtime_error(root.string() + " holds no such source files");
  return files;
}

std::uint64_t lines_of(const std::vector<SourceFile>& files) {
  std::uint64_t lines = 0;
  for (const SourceFile& file : files) {
    lines += static_cast<std::uint64_t>(std::ranges::count(file.content, '\n'));
  }
  return lines;
}

std::vector<OutboundEvent> messages_of(const std::vector<SourceFile>& files,
                                       const Sending& sending) {
  std::vector<OutboundEvent> messages;
  auto parts = parts_of(files);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    messages.push_back(write_part({head_of(sending, "part", static_cast<std::uint32_t>(i + 1),
                                           static_cast<std::uint32_t>(parts.size())),
                                   std::move(parts[i])}));
  }
  constexpr std::size_t kEntries = 4'000;  // well below the limits of a message
  const std::size_t total = std::max<std::size_t>(1, (files.size() + kEntries - 1) / kEntries);
  for (std::size_t i = 0; i < total; ++i) {
    IngestedManifest manifest{head_of(sending, "manifest", static_cast<std::uint32_t>(i + 1),
                                      static_cast<std::uint32_t>(total)),
                              {},
                              {}};
    const std::size_t end = std::min(files.size(), (i + 1) * kEntries);
    for (std::size_t at = i * kEntries; at < end; ++at) {
      manifest.files.push_back({files[at].path, files[at].sha256});
    }
    messages.push_back(write_manifest(manifest));
  }
  return messages;
}

}  // namespace argus::worker::live
