// The directories that volumes are: made and deleted within one root, never anywhere else.
//
// Threads: any. Failure: VolumeError, a sentence that names the path and what to do; what is asked
// for and there already (or gone already) is fine.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace argus::node {

class VolumeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class VolumeDirectories {
 public:
  // Makes the root where it is missing. The path is resolved once: later no link is followed.
  explicit VolumeDirectories(const std::filesystem::path& root);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  // Everybody may write to it, whatever user the pod runs as.
  void make(const std::string& name) const;
  // With all it holds. A link within it is removed, not followed.
  void remove(const std::string& name) const;

 private:
  [[nodiscard]] std::filesystem::path checked(const std::string& name) const;

  std::filesystem::path root_;
};

}  // namespace argus::node
