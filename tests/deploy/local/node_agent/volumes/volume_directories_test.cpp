#include "node_volumes/volume_directories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/temporary_directory.h"

namespace argus::node {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class VolumeDirectoriesTest : public testing::Test {
 protected:
  const fakes::TemporaryDirectory around_;
  const fs::path root_ = fs::path(around_.path()) / "volumes";
  const VolumeDirectories directories_{root_};
};

TEST_F(VolumeDirectoriesTest, MakesADirectoryThatEverybodyMayWriteTo) {
  directories_.make("a");
  EXPECT_EQ(fs::status(root_ / "a").permissions(), fs::perms::all);
  around_.write("volumes/a/file", "data");
  directories_.make("a");
  EXPECT_EQ(around_.read("volumes/a/file"), "data") << "what is there is kept";
}

TEST_F(VolumeDirectoriesTest, RemovesADirectoryWithAllItHoldsAndFollowsNoLink) {
  around_.write("outside/precious", "data");
  directories_.make("a");
  around_.write("volumes/a/b/c", "data");
  fs::create_directory_symlink(around_.path() + "/outside", root_ / "a" / "link");
  directories_.remove("a");
  EXPECT_FALSE(fs::exists(root_ / "a"));
  EXPECT_EQ(around_.read("outside/precious"), "data");
  directories_.remove("a");  // gone already
}

TEST_F(VolumeDirectoriesTest, RefusesLinksAndFiles) {
  around_.write("outside/precious", "data");
  fs::create_directory_symlink(around_.path() + "/outside", root_ / "link");
  around_.write("volumes/file", "data");
  for (const char* name : {"link", "file"}) {
    EXPECT_THROW(directories_.make(name), VolumeError) << name;
    EXPECT_THROW(directories_.remove(name), VolumeError) << name;
  }
  EXPECT_EQ(around_.read("outside/precious"), "data");
  EXPECT_EQ(around_.read("volumes/file"), "data");
}

TEST_F(VolumeDirectoriesTest, RefusesNamesThatLeadElsewhere) {
  around_.write("outside/precious", "data");
  for (const char* name : {"", ".", "..", "../outside", "a/b", "/etc", "a/"}) {
    EXPECT_THROW(directories_.make(name), VolumeError) << name;
    EXPECT_THROW(directories_.remove(name), VolumeError) << name;
  }
  EXPECT_EQ(around_.read("outside/precious"), "data");
}

TEST_F(VolumeDirectoriesTest, SaysWhyTheRootCannotBeMade) {
  around_.write("plain", "file");
  try {
    const VolumeDirectories volumes(fs::path(around_.path()) / "plain" / "volumes");
    FAIL() << "a file is not a directory";
  } catch (const VolumeError& error) {
    EXPECT_THAT(error.what(), HasSubstr("plain/volumes: Not a directory"));
  }
}

}  // namespace
}  // namespace argus::node
