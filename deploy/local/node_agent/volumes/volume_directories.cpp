#include "node_volumes/volume_directories.h"

#include <system_error>

#include "node_volumes/persistent_volume.h"

namespace argus::node {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path, const std::error_code& why) {
  throw VolumeError(what + " " + path.string() + ": " + why.message());
}

}  // namespace

VolumeDirectories::VolumeDirectories(const fs::path& root) {
  std::error_code error;
  fs::create_directories(root, error);
  if (!error) root_ = fs::canonical(root, error);
  if (error) fail("cannot make the volumes' directory", root, error);
}

// What is there must be a directory, or nothing.
fs::path VolumeDirectories::checked(const std::string& name) const {
  fs::path path = root_ / name;
  if (directory_within(path, root_) != name) {
    throw VolumeError("\"" + name + "\" is not a name of a directory in " + root_.string());
  }
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() != fs::file_type::directory && status.type() != fs::file_type::not_found) {
    throw VolumeError(path.string() + " is a link or a file where a volume's directory belongs; " +
                      "move it away");
  }
  return path;
}

void VolumeDirectories::make(const std::string& name) const {
  const fs::path path = checked(name);
  std::error_code error;
  fs::create_directory(path, error);
  if (!error) fs::permissions(path, fs::perms::all, error);
  if (error) fail("cannot make the volume's directory", path, error);
}

void VolumeDirectories::remove(const std::string& name) const {
  const fs::path path = checked(name);
  std::error_code error;
  fs::remove_all(path, error);
  if (error) fail("cannot delete the volume's directory", path, error);
}

}  // namespace argus::node
