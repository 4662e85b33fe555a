// What the API server can answer that is not success.
// Source: metav1.Status, k8s.io/apimachinery/pkg/apis/meta/v1/types.go.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace argus::kube {

// A metav1.Status with status Failure. An expected answer (a 404 to a get) is a value instead:
// see client.h.
class ApiError : public std::runtime_error {
 public:
  ApiError(int status, std::string reason, const std::string& message,
           std::optional<std::chrono::seconds> retry_after = std::nullopt)
      : std::runtime_error(message),
        status_(status),
        reason_(std::move(reason)),
        retry_after_(retry_after) {}

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }  // "Conflict", "Expired", ...
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }

  [[nodiscard]] bool is_not_found() const { return status_ == 404; }
  [[nodiscard]] bool is_conflict() const { return status_ == 409 && reason_ == "Conflict"; }
  [[nodiscard]] bool is_already_exists() const { return reason_ == "AlreadyExists"; }
  // The resource version or continue token is too old: list again.
  [[nodiscard]] bool is_expired() const { return status_ == 410; }
  [[nodiscard]] bool is_forbidden() const { return status_ == 403; }
  // The request can never succeed as it is: 422, 400.
  [[nodiscard]] bool is_invalid() const { return status_ == 422 || status_ == 400; }
  [[nodiscard]] bool is_too_many_requests() const { return status_ == 429; }
  // Nothing can be made in a namespace that is going (NamespaceTerminatingCause): no failure of
  // anybody's.
  [[nodiscard]] bool is_namespace_terminating() const { return cause_ == "NamespaceTerminating"; }

  // The reason of the first of details.causes.
  [[nodiscard]] ApiError with_cause(std::string cause) && {
    cause_ = std::move(cause);
    return std::move(*this);
  }

 private:
  int status_;
  std::string reason_;
  std::string cause_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace argus::kube
