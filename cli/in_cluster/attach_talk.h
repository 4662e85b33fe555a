// What argusctl outside a cluster and argusctl in a pod say to each other over `kubectl attach`. A
// line on the pod's standard input says that someone is listening, so that no output is lost; a
// last line on its standard error says how it ended and how much it printed, so that a truncated
// answer is not taken for a complete one.
//
// Threads: free functions and values. Failure: none; a conversation that breaks off is a value.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace argus::cli {

inline constexpr std::string_view kBeginLine = "argusctl-begin\n";

struct RemoteEnd {
  int status = 0;
  std::uint64_t output_bytes = 0;
};

// Both without a line break.
[[nodiscard]] std::string end_line(const RemoteEnd& end);
[[nodiscard]] std::optional<RemoteEnd> parse_end_line(std::string_view line);

// In the pod: waits for the first line on `input`, runs the command, says how it ended. The status.
int answer_over_attach(int input, std::ostream& out, std::ostream& errors,
                       const std::function<int(std::ostream&)>& command);

// Cuts what is read into lines.
class LineSplitter {
 public:
  explicit LineSplitter(std::function<void(const std::string&)> on_line)
      : on_line_(std::move(on_line)) {}
  void add(std::string_view bytes);
  void finish();  // what has no line break at its end

 private:
  std::function<void(const std::string&)> on_line_;
  std::string line_;
};

}  // namespace argus::cli
