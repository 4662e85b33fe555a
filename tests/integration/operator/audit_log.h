// What the API server itself wrote down about requests: its audit log
// (ARGUS_TEST_APISERVER_AUDIT_LOG).
//
// Threads: use from one. Failure: std::runtime_error when the log cannot be read.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kube_object/object.h"

namespace argus::adl {

// PATCH, POST, PUT or DELETE of anything but a Lease.
struct AuditedWrite {
  std::string verb;
  std::string resource;  // "statefulsets", "argusdatalayers/status"
  std::string name;
  int code = 0;
  [[nodiscard]] std::string to_string() const;
};

// The writes of argus-operator in one namespace since a point in time that can be moved.
class AuditLog {
 public:
  explicit AuditLog(std::string ns);

  void forget();  // what was written down until now
  // In order. Reads what the log holds now: the last writes may still be missing.
  [[nodiscard]] std::vector<AuditedWrite> writes();
  // Waits until no write was added for `silence`; false after half a minute.
  [[nodiscard]] bool falls_silent(std::chrono::milliseconds silence);

 private:
  void read();

  const std::string path_;
  const std::string ns_;
  std::size_t position_ = 0;
  std::string rest_;  // of a line that was not complete yet
  std::vector<AuditedWrite> writes_;
};

[[nodiscard]] std::string to_string(const std::vector<AuditedWrite>& writes);

}  // namespace argus::adl
