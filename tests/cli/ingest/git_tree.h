// A git checkout of a test's own, made with the git program, so that what libgit2 reads was written
// by another implementation.
//
// Threads: use from one. Failure: std::runtime_error when git fails.
#pragma once

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include "fakes/temporary_directory.h"

namespace argus::fakes {

class GitTree : public TemporaryDirectory {
 public:
  GitTree() { git("init -q -b main"); }

  // `arguments` as a shell takes them. Nothing of the user's own configuration is read.
  void git(const std::string& arguments, const std::string& directory = "") const {
    const std::string command =
        "{ env -u GIT_DIR HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null"
        " git -c user.name=Test -c user.email=test@example.org -c protocol.file.allow=always"
        " -c commit.gpgsign=false -C '" +
        path() + "/" + directory + "' " + arguments + "; } >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: git " + arguments);
  }
  void commit_all() const {
    git("add -A");
    git("commit -q -m all");
  }
};

}  // namespace argus::fakes
