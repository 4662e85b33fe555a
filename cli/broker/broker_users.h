// Users of a Redpanda cluster, over its Admin API. Kafka's own protocol can make them, too
// (AlterUserScramCredentials), but librdkafka has that from version 2.2 on only.
//
// GET  /v1/security/users          a list of names
// POST /v1/security/users          {"username", "password", "algorithm"}
// PUT  /v1/security/users/{user}   {"password", "algorithm"}
// Source: https://docs.redpanda.com/api/doc/admin/operation/operation-update_user and its
// neighbours. Only the leader of the controller makes users; another broker answers 307, with the
// leader's address.
//
// Threads: one. Failure: BrokerUsersError with a sentence, without a password.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/http/transport.h"
#include "cli/broker/users_file.h"

namespace argus::cli {

class BrokerUsersError : public std::runtime_error {
 public:
  enum class Kind {
    kSilent,   // nobody answers there
    kForeign,  // what answers is not Redpanda
    kRefused,  // the superuser is not let in
    kOther,
  };
  BrokerUsersError(Kind kind, const std::string& message)
      : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

class BrokerUsers {
 public:
  using MakeTransport =
      std::function<std::unique_ptr<base::HttpTransport>(const std::string& base_url)>;

  // `urls`: http://host:9644 of each broker, tried in their order: any of them will do, and one
  // may be down. `superuser` says who asks.
  BrokerUsers(std::vector<std::string> urls, const BrokerUser& superuser,
              MakeTransport make_transport);

  [[nodiscard]] std::set<std::string> names(std::stop_token stop);
  void make(const BrokerUser& user, std::stop_token stop);
  void set_password(const BrokerUser& user, std::stop_token stop);

 private:
  std::string send(const std::string& method, const std::string& path, const std::string& body,
                   std::stop_token stop);
  base::HttpResponse send_to_any(const base::HttpRequest& request, std::stop_token stop);
  base::HttpResponse send_to(const std::string& url, const base::HttpRequest& request,
                             std::stop_token stop);

  const std::vector<std::string> urls_;
  std::string url_;  // that answered last
  const std::string authorization_;
  const std::string superuser_;
  const MakeTransport make_transport_;
};

}  // namespace argus::cli
