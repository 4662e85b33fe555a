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

#include "base/http/transport.h"
#include "cli/broker/users_file.h"

namespace argus::cli {

class BrokerUsersError : public std::runtime_error {
 public:
  // `missing`: nobody answers there, or it is not Redpanda.
  BrokerUsersError(const std::string& message, bool missing)
      : std::runtime_error(message), missing_(missing) {}
  [[nodiscard]] bool missing() const { return missing_; }

 private:
  bool missing_;
};

class BrokerUsers {
 public:
  using MakeTransport =
      std::function<std::unique_ptr<base::HttpTransport>(const std::string& base_url)>;

  // `url`: http://host:9644. `superuser` says who asks.
  BrokerUsers(std::string url, const BrokerUser& superuser, MakeTransport make_transport);

  [[nodiscard]] std::set<std::string> names(std::stop_token stop);
  void make(const BrokerUser& user, std::stop_token stop);
  void set_password(const BrokerUser& user, std::stop_token stop);

 private:
  std::string send(const std::string& method, const std::string& path, const std::string& body,
                   std::stop_token stop);
  base::HttpResponse send_to(const std::string& url, const base::HttpRequest& request,
                             std::stop_token stop);

  const std::string url_;
  const std::string authorization_;
  const std::string superuser_;
  const MakeTransport make_transport_;
};

}  // namespace argus::cli
