#include "kube/status.h"

#include <charconv>

namespace argus::kube {
namespace {

// As much of an unexpected answer as helps to recognize it.
constexpr std::size_t kExcerptBytesMax = 200;

// Retry-After in its form of seconds (RFC 9110, section 10.2.3), the only one the API server sends.
std::optional<std::chrono::seconds> retry_after_of(const base::HttpHeaders& headers) {
  const auto header = headers.find("Retry-After");
  if (header == headers.end()) return std::nullopt;
  const std::string& text = header->second;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(value);
}

template <typename T>
std::optional<T> field(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  if constexpr (std::is_same_v<T, int>) {
    if (!found->is_number_integer()) return std::nullopt;
  } else {
    if (!found->is_string()) return std::nullopt;
  }
  return found->get<T>();
}

bool is_status(const Json& object) {
  return object.is_object() && field<std::string>(object, "kind") == "Status";
}

std::optional<std::chrono::seconds> retry_after_of(const Json& status) {
  const auto details = status.find("details");
  if (details == status.end() || !details->is_object()) return std::nullopt;
  const auto seconds = field<int>(*details, "retryAfterSeconds");
  if (!seconds || *seconds <= 0) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

std::string first_cause(const Json& status) {
  const Json::json_pointer cause("/details/causes/0");
  if (!status.contains(cause) || !status.at(cause).is_object()) return {};
  return field<std::string>(status.at(cause), "reason").value_or("");
}

ApiError from_status(const Json& status, int http_status,
                     std::optional<std::chrono::seconds> header_retry_after) {
  const int code = field<int>(status, "code").value_or(http_status);
  std::string message = field<std::string>(status, "message").value_or("");
  if (message.empty()) message = "The API server answered " + std::to_string(code) + ".";
  if (code == 401) {
    message = "The API server does not accept the credentials (" + message +
              "); check the user of the kubeconfig's context, or the service account.";
  }
  const auto retry_after = retry_after_of(status);
  return ApiError(code, field<std::string>(status, "reason").value_or(""), message,
                  retry_after ? retry_after : header_retry_after)
      .with_cause(first_cause(status));
}

}  // namespace

ApiError error_from(const base::HttpResponse& response, std::string_view attempt) {
  const Json body = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  const auto retry_after = retry_after_of(response.headers);
  if (is_status(body)) return from_status(body, response.status, retry_after);
  std::string excerpt = response.body.substr(0, kExcerptBytesMax);
  if (excerpt.size() < response.body.size()) excerpt += "...";
  return {response.status, "",
          std::string(attempt) + " was answered with " + std::to_string(response.status) +
              " by something that is not an API server: " + excerpt,
          retry_after};
}

ApiError error_from_status(const Json& status) {
  if (!is_status(status)) return {500, "", "The API server reported an error without a Status."};
  return from_status(status, 500, std::nullopt);
}

}  // namespace argus::kube
