#include "kube/request_path.h"

#include <stdexcept>

namespace argus::kube {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    }
  }
  return out;
}

std::string group_version_path(std::string_view group, std::string_view version) {
  if (group.empty()) return "/api/" + percent_encode(version);
  return "/apis/" + percent_encode(group) + "/" + percent_encode(version);
}

std::string collection_path(const Resource& resource, std::string_view ns) {
  std::string path = group_version_path(resource.gvk.group, resource.gvk.version);
  if (resource.namespaced && !ns.empty()) path += "/namespaces/" + percent_encode(ns);
  return path + "/" + percent_encode(resource.plural);
}

std::string object_path(const Resource& resource, const ObjectKey& key,
                        std::string_view subresource) {
  // "." and ".." would climb in the path; no object is called so.
  if (key.name.empty() || key.name == "." || key.name == "..") {
    throw std::invalid_argument("A " + resource.gvk.kind + " is asked for by the name \"" +
                                key.name + "\", which no object can have.");
  }
  if (resource.namespaced && key.ns.empty()) {
    throw std::invalid_argument("The " + resource.gvk.kind + " " + key.name +
                                " is asked for without its namespace.");
  }
  std::string path = collection_path(resource, key.ns) + "/" + percent_encode(key.name);
  if (!subresource.empty()) path.append("/").append(percent_encode(subresource));
  return path;
}

Query& Query::add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_ += text_.empty() ? '?' : '&';
  text_ += percent_encode(name) + "=" + percent_encode(value);
  return *this;
}

Query& Query::add(std::string_view name, std::int64_t value) {
  return add(name, std::string_view(std::to_string(value)));
}

}  // namespace argus::kube
