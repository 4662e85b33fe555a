#include "cli/broker/broker_users.h"

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/utf8.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

using json = nlohmann::json;
using Kind = BrokerUsersError::Kind;

constexpr const char* kUsersPath = "/v1/security/users";
constexpr std::chrono::seconds kAnswerPatience{15};
constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 20;
constexpr std::size_t kReasonBytesShown = 200;
constexpr int kTemporaryRedirect = 307;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kUnavailable = 503;  // a broker that boots

// "http://host:9644" of "http://host:9644/v1/...": empty when it is none.
std::string origin_of(const std::string& location) {
  const auto scheme = location.find("://");
  if (scheme == std::string::npos) return "";
  return location.substr(0, location.find('/', scheme + 3));
}

}  // namespace

BrokerUsers::BrokerUsers(std::vector<std::string> urls, const BrokerUser& superuser,
                         MakeTransport make_transport)
    : urls_(std::move(urls)),
      authorization_("Basic " + base::base64_encode(superuser.name + ":" + superuser.password)),
      superuser_(superuser.name),
      make_transport_(std::move(make_transport)) {}

base::HttpResponse BrokerUsers::send_to(const std::string& url, const base::HttpRequest& request,
                                        std::stop_token stop) {
  try {
    return make_transport_(url)->send(request, stop);
  } catch (const base::TransportError& error) {
    throw BrokerUsersError(
        Kind::kSilent, "The Admin API at " + printable(url) + " does not answer: " + error.what());
  }
}

base::HttpResponse BrokerUsers::send_to_any(const base::HttpRequest& request,
                                            std::stop_token stop) {
  for (const std::string& url : urls_) {
    url_ = url;
    try {
      base::HttpResponse response = send_to(url, request, stop);
      if (response.status != kUnavailable || url == urls_.back()) return response;
    } catch (const BrokerUsersError&) {
      if (url == urls_.back()) throw;
    }
  }
  throw BrokerUsersError(Kind::kOther, "There is no address of an Admin API.");
}

std::string BrokerUsers::send(const std::string& method, const std::string& path,
                              const std::string& body, std::stop_token stop) {
  base::HttpRequest request{.method = method, .path = path};
  request.headers["Authorization"] = authorization_;
  if (!body.empty()) request.headers["Content-Type"] = "application/json";
  request.body = body;
  request.timeout = kAnswerPatience;
  request.body_bytes_max = kAnswerBytesMax;
  base::HttpResponse response = send_to_any(request, stop);
  if (response.status == kTemporaryRedirect) {
    const auto location = response.headers.find("Location");
    const std::string leader =
        location == response.headers.end() ? "" : origin_of(location->second);
    if (!leader.empty()) response = send_to(leader, request, stop);
  }
  if (response.status / 100 == 2) return response.body;
  const std::string what = "The Admin API at " + printable(url_) + " ";
  if (response.status == kUnauthorized || response.status == kForbidden) {
    throw BrokerUsersError(Kind::kRefused,
                           what + "refuses the superuser " + superuser_ +
                               ": its password in the cluster is another than the file's.");
  }
  if (response.status == kNotFound) {
    throw BrokerUsersError(Kind::kForeign, what + "knows no " + path + ": it is not Redpanda.");
  }
  throw BrokerUsersError(response.status == kUnavailable ? Kind::kSilent : Kind::kOther,
                         what + "answers " + method + " " + path + " with " +
                             std::to_string(response.status) + ": " +
                             base::shortened(printable(response.body), kReasonBytesShown));
}

std::set<std::string> BrokerUsers::names(std::stop_token stop) {
  const json list = json::parse(send("GET", kUsersPath, "", stop), nullptr, false);
  if (!list.is_array()) {
    throw BrokerUsersError(Kind::kForeign, "The Admin API at " + printable(url_) +
                                               " lists no users: it is not Redpanda.");
  }
  std::set<std::string> names;
  for (const json& name : list) {
    if (name.is_string()) names.insert(name.get<std::string>());
  }
  return names;
}

void BrokerUsers::make(const BrokerUser& user, std::stop_token stop) {
  const json body = {
      {"username", user.name}, {"password", user.password}, {"algorithm", user.mechanism}};
  send("POST", kUsersPath, body.dump(-1, ' ', false, json::error_handler_t::replace), stop);
}

void BrokerUsers::set_password(const BrokerUser& user, std::stop_token stop) {
  const json body = {{"password", user.password}, {"algorithm", user.mechanism}};
  send("PUT", std::string(kUsersPath) + "/" + user.name,
       body.dump(-1, ' ', false, json::error_handler_t::replace), stop);
}

}  // namespace argus::cli
