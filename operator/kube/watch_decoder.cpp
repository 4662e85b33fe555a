#include "kube/watch_decoder.h"

#include <optional>

#include "base/http/transport.h"

namespace argus::kube {
namespace {

base::TransportError broken(const std::string& message) {
  return {base::TransportError::Kind::kBroken, message};
}

std::optional<WatchEvent::Type> type_of(std::string_view name) {
  if (name == "ADDED") return WatchEvent::Type::kAdded;
  if (name == "MODIFIED") return WatchEvent::Type::kModified;
  if (name == "DELETED") return WatchEvent::Type::kDeleted;
  if (name == "BOOKMARK") return WatchEvent::Type::kBookmark;
  if (name == "ERROR") return WatchEvent::Type::kError;
  return std::nullopt;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool hand_over(std::string_view line, const std::function<bool(const WatchEvent&)>& on_event) {
  if (is_blank(line)) return true;
  Json event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object() || !event.contains("object") || !event["object"].is_object() ||
      !event.contains("type") || !event["type"].is_string()) {
    throw broken("The watch sent a line that is not an event.");
  }
  const auto type = type_of(event["type"].get_ref<const std::string&>());
  if (!type) {
    throw broken("The watch sent an event of the unknown type " + event["type"].dump() + ".");
  }
  return on_event(WatchEvent{*type, &event["object"]});
}

}  // namespace

bool WatchDecoder::feed(std::string_view bytes,
                        const std::function<bool(const WatchEvent&)>& on_event) {
  while (true) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (half_line_.size() + piece.size() > kWatchLineBytesMax) {
      throw broken("The watch sent an event of more than " + std::to_string(kWatchLineBytesMax) +
                   " bytes.");
    }
    if (end == std::string_view::npos) {
      half_line_.append(piece);
      return true;
    }
    bytes.remove_prefix(end + 1);
    if (half_line_.empty()) {
      if (!hand_over(piece, on_event)) return false;
    } else {
      const std::string line = std::move(half_line_.append(piece));
      half_line_.clear();
      if (!hand_over(line, on_event)) return false;
    }
  }
}

void WatchDecoder::finish() const {
  if (!is_blank(half_line_)) throw broken("The watch ended in the middle of an event.");
}

}  // namespace argus::kube
