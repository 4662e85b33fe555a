#include "base/read_file.h"

#include <gtest/gtest.h>

#include "fakes/temporary_directory.h"

namespace argus::base {
namespace {

class ReadFile : public testing::Test {
 protected:
  [[nodiscard]] static std::string content(const std::string& path, std::size_t bytes_max = 1000) {
    const auto read = read_file(path, bytes_max);
    const auto* text = std::get_if<std::string>(&read);
    return text != nullptr ? *text : "problem: " + std::get<FileProblem>(read).text;
  }

  const fakes::TemporaryDirectory directory_;
};

TEST_F(ReadFile, ReturnsEveryByte) {
  const std::string bytes("a\0\xff\r\n", 5);
  EXPECT_EQ(content(directory_.write("file", bytes)), bytes);
  EXPECT_EQ(content(directory_.write("empty", "")), "");
}

TEST_F(ReadFile, MayBeAsLargeAsTheLimitAndNoLarger) {
  const std::string large(10'000, 'x');
  const std::string path = directory_.write("file", large);
  EXPECT_EQ(content(path, 10'000), large);
  EXPECT_EQ(content(path, 9'999), "problem: is larger than 9999 bytes: that is another file.");
}

TEST_F(ReadFile, SaysWhyItCannotBeRead) {
  EXPECT_EQ(content(directory_.path() + "/none"),
            "problem: cannot be read: No such file or directory.");
  EXPECT_EQ(content(directory_.path()), "problem: cannot be read: Is a directory.");
}

}  // namespace
}  // namespace argus::base
