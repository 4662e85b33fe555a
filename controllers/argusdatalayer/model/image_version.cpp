#include "argusdatalayer/model/image_version.h"

#include <algorithm>
#include <charconv>

#include "argusdatalayer/model/facts.h"
#include "argusdatalayer/model/names.h"

namespace argus::adl {
namespace {

struct Reference {
  std::string_view program;  // the last part of the repository: "redpanda"
  std::string_view tag;      // empty without one
};

// Source: the grammar of a reference in distribution: the last colon behind the last slash.
Reference parse(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const std::size_t slash = image.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? image : image.substr(slash + 1);
  const std::size_t colon = last.find(':');
  if (colon == std::string_view::npos) return {last, {}};
  return {last.substr(0, colon), last.substr(colon + 1)};
}

// What the tests run, or the published tag nearest to it.
std::string tried_image(std::string_view part_name) {
  const Images tried;
  if (part_name == part::kRedpanda) return tried.redpanda;
  if (part_name == part::kFalkordb) return tried.falkordb;
  if (part_name == part::kValkey) return tried.valkey;
  if (part_name == part::kFalkordbExporter || part_name == part::kValkeyExporter) {
    return tried.redis_exporter;
  }
  if (part_name == part::kWorker) return tried.worker;
  return {};
}

}  // namespace

std::vector<int> version_numbers(std::string_view image) {
  std::string_view tag = parse(image).tag;
  if (!tag.empty() && tag.front() == 'v') tag.remove_prefix(1);
  std::vector<int> numbers;
  const char* at = tag.data();
  const char* const end = at + tag.size();
  while (at != end) {
    int number = 0;
    const auto [after, problem] = std::from_chars(at, end, number);
    if (problem != std::errc()) return {};
    numbers.push_back(number);
    if (after == end || *after != '.') break;
    at = after + 1;
  }
  return numbers;
}

bool newer_release(std::string_view image, std::string_view than) {
  constexpr std::size_t kRelease = 2;
  std::vector<int> has = version_numbers(image);
  std::vector<int> had = version_numbers(than);
  if (parse(image).program != parse(than).program) return false;
  if (has.size() < kRelease || had.size() < kRelease) return false;
  has.resize(kRelease);
  had.resize(kRelease);
  return has > had;
}

std::optional<std::string> older_than_tried(std::string_view part_name, std::string_view image) {
  const std::string tried = tried_image(part_name);
  if (parse(image).program != parse(tried).program) return std::nullopt;
  std::vector<int> has = version_numbers(image);
  std::vector<int> wants = version_numbers(tried);
  // "8.1" is the newest 8.1 that there is.
  const std::size_t both = std::min(has.size(), wants.size());
  has.resize(both);
  wants.resize(both);
  if (has >= wants) return std::nullopt;
  return std::string(parse(tried).tag);
}

}  // namespace argus::adl
