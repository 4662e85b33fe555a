#include "node_policies/nft_program.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/run_child.h"

namespace argus::node {
namespace {

constexpr std::size_t kOutputBytesMax = 65536;

// A file that only we can read, gone with its object.
class ScriptFile {
 public:
  explicit ScriptFile(const std::string& text) {
    path_ = std::filesystem::temp_directory_path() / "argus-policies-XXXXXX";
    const int descriptor = mkstemp(path_.data());
    if (descriptor < 0) {
      throw FirewallError("the rules cannot be written to " + path_ + ": " +
                          std::generic_category().message(errno));
    }
    close(descriptor);
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (file) return;
    unlink(path_.c_str());
    throw FirewallError("the rules cannot be written to " + path_ + ": is the disk full?");
  }
  ~ScriptFile() { unlink(path_.c_str()); }
  ScriptFile(const ScriptFile&) = delete;
  ScriptFile& operator=(const ScriptFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

void NftProgram::load(const std::string& script, std::stop_token stop) const {
  const ScriptFile file(script);
  base::ChildResult result;
  try {
    result = base::run_child({.command = program_,
                              .arguments = {"-f", file.path()},
                              .environment = {},
                              .timeout = kTimeout,
                              .output_bytes_max = kOutputBytesMax},
                             stop);
  } catch (const std::system_error& error) {
    throw FirewallError(program_ + " cannot be started (" + error.code().message() +
                        "); install nftables, or name the program with --nft");
  }
  if (result.end == base::ChildResult::End::kTimeout) {
    throw FirewallError(program_ + " did not end within " + std::to_string(kTimeout.count()) +
                        " s");
  }
  if (result.end != base::ChildResult::End::kExited || result.code != 0) {
    throw FirewallError(program_ + " refused the rules: " + result.errors);
  }
}

}  // namespace argus::node
