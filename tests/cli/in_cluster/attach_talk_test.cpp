#include "cli/in_cluster/attach_talk.h"

#include <gmock/gmock.h>

#include <unistd.h>

#include <array>
#include <sstream>

namespace argus::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A pipe whose write end is closed after this text.
class Input {
 public:
  explicit Input(std::string_view text) {
    if (pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
    if (write(ends_[1], text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error("the pipe is too small");
    }
    close(ends_[1]);
  }
  ~Input() { close(ends_[0]); }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  [[nodiscard]] int number() const { return ends_[0]; }
  [[nodiscard]] std::string rest() const {
    std::string rest(1024, '\0');
    const ssize_t count = read(ends_[0], rest.data(), rest.size());
    rest.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return rest;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(EndLine, ReadsBackAsItWasWritten) {
  for (const RemoteEnd& end : {RemoteEnd{0, 0}, RemoteEnd{143, 12}, RemoteEnd{1, UINT64_MAX}}) {
    const auto read = parse_end_line(end_line(end));
    ASSERT_TRUE(read) << end_line(end);
    EXPECT_EQ(read->status, end.status);
    EXPECT_EQ(read->output_bytes, end.output_bytes);
  }
}

TEST(EndLine, NothingElseIsTakenForOne) {
  for (const char* line :
       {"", "argusctl-end", "argusctl-end ", "argusctl-end 0", "argusctl-end 0 ",
        "argusctl-end 0 x", "argusctl-end x 0", "argusctl-end 0 1 ", "argusctl-end 0 1x",
        "argusctl-end 0  1", " argusctl-end 0 1", "argusctl-end 0 -1",
        "argusctl-end 0 18446744073709551616", "argusctl-end 9999999999 1", "Argusctl-end 0 1"}) {
    EXPECT_FALSE(parse_end_line(line)) << line;
  }
}

TEST(LineSplitterTest, CutsWhereverThePiecesEnd) {
  const std::string text = "one\n\ntwo \xc3\xa4\nlast";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    std::vector<std::string> lines;
    LineSplitter splitter([&](const std::string& line) { lines.push_back(line); });
    for (std::size_t at = 0; at < text.size(); at += piece) {
      splitter.add(std::string_view(text).substr(at, piece));
    }
    EXPECT_THAT(lines, ElementsAre("one", "", "two \xc3\xa4")) << piece;
    splitter.finish();
    splitter.finish();
    EXPECT_THAT(lines, ElementsAre("one", "", "two \xc3\xa4", "last")) << piece;
  }
}

TEST(LineSplitterTest, ALineWithoutEndIsHandedOnInPieces) {
  std::vector<std::size_t> sizes;
  LineSplitter splitter([&](const std::string& line) { sizes.push_back(line.size()); });
  splitter.add(std::string(150'000, 'x') + "\n");
  EXPECT_THAT(sizes, ElementsAre(65'536, 65'536, 18'928));
}

TEST(AnswerOverAttach, BeginsWhenToldAndSaysHowItEnded) {
  const Input input(std::string(kBeginLine) + "tree");
  std::ostringstream out, errors;
  std::string seen;
  const int status = answer_over_attach(input.number(), out, errors, [&](std::ostream& answer) {
    seen = input.rest();
    answer << "12" << 345 << '\n' << std::string(10'000, 'x') << std::flush;
    errors << "on the way\n";
    return 4;
  });
  EXPECT_EQ(status, 4);
  EXPECT_EQ(seen, "tree") << "what follows the first line is the command's";
  EXPECT_EQ(out.str(), "12345\n" + std::string(10'000, 'x'));
  EXPECT_EQ(errors.str(), "on the way\nargusctl-end 4 10006\n");
}

TEST(AnswerOverAttach, IsForArgusctlOnly) {
  for (const char* text : {"", "argusctl-begi", "something\n", "argusctl-begiN\n"}) {
    const Input input(text);
    std::ostringstream out, errors;
    const int status = answer_over_attach(input.number(), out, errors, [](std::ostream&) {
      ADD_FAILURE() << "the command ran";
      return 0;
    });
    EXPECT_EQ(status, 1) << text;
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(errors.str(), HasSubstr("--over-attach is for argusctl --in-cluster"));
  }
}

}  // namespace
}  // namespace argus::cli
