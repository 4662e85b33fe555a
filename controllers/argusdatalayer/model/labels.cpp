#include "argusdatalayer/model/labels.h"

#include <array>
#include <cstdint>

namespace argus::adl {

std::string label_value(std::string_view name) {
  constexpr std::size_t kLabelValueMax = 63;
  constexpr std::size_t kKept = kLabelValueMax - 17;  // "-" and 16 digits
  if (name.size() <= kLabelValueMax) return std::string(name);
  return std::string(name.substr(0, kKept)) + "-" + content_hash(name);
}

Json selector_labels(std::string_view part_name, std::string_view instance) {
  Json result = Json::object();
  result[std::string(label::kName)] = part_name;
  result[std::string(label::kInstance)] = label_value(instance);
  return result;
}

Json labels(std::string_view part_name, std::string_view instance) {
  Json result = selector_labels(part_name, instance);
  result[std::string(label::kPartOf)] = part::kDataLayer;
  result[std::string(label::kManagedByKey)] = kManagedBy;
  return result;
}

std::string content_hash(std::string_view content) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char character : content) {
    hash ^= static_cast<unsigned char>(character);
    hash *= 0x100000001b3ULL;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[text.size() - 1 - i] = kDigits[hash & 0xf];
    hash >>= 4;
  }
  return text;
}

}  // namespace argus::adl
