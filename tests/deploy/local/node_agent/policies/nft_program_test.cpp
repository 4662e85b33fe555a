#include "node_policies/nft_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/temporary_directory.h"

namespace argus::node {
namespace {

using testing::HasSubstr;

std::string failure_of(const std::string& program) {
  try {
    NftProgram(program).load("table inet x\n", {});
  } catch (const FirewallError& error) {
    return error.what();
  }
  return "";
}

TEST(NftProgramTest, GivesTheProgramTheWholeScriptInAFile) {
  const fakes::TemporaryDirectory directory;
  const std::string program = directory.write_program(
      "nft", "echo \"$1\" > " + directory.path() + "/flag\ncp \"$2\" " + directory.path() +
                 "/script\necho \"$2\" > " + directory.path() + "/path\n");
  const std::string script = std::string(300'000, '#') + "\n";  // longer than any argument may be
  NftProgram(program).load(script, {});
  EXPECT_EQ(directory.read("flag"), "-f\n");
  EXPECT_EQ(directory.read("script"), script);
  std::string path = directory.read("path");
  path.pop_back();
  EXPECT_FALSE(std::filesystem::exists(path)) << "nothing is left behind";
}

TEST(NftProgramTest, SaysWhatTheProgramSaid) {
  const fakes::TemporaryDirectory directory;
  const std::string program =
      directory.write_program("nft", "echo 'Error: syntax error, line 3' >&2\nexit 1\n");
  EXPECT_THAT(failure_of(program), HasSubstr("refused the rules: Error: syntax error, line 3"));
}

TEST(NftProgramTest, SaysWhatToDoWithoutTheProgram) {
  EXPECT_THAT(failure_of("/nowhere/nft"), HasSubstr("/nowhere/nft cannot be started"));
  EXPECT_THAT(failure_of("/nowhere/nft"), HasSubstr("install nftables"));
}

}  // namespace
}  // namespace argus::node
