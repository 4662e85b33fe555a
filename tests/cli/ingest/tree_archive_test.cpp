#include "cli/ingest/tree_archive.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "cli/ingest/byte_stream.h"
#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

namespace fs = std::filesystem;

using fakes::ByteStream;
using fakes::TemporaryDirectory;
using testing::AllOf;
using testing::HasSubstr;

using Contents = std::map<std::string, std::string>;

constexpr std::size_t kBlock = 512;

std::string archive_of(const Contents& files, std::string_view note) {
  TreeArchiveWriter writer;
  std::string stream;
  for (const auto& [path, content] : files) {
    writer.add(path, content);
    stream += writer.take();
  }
  writer.finish(note);
  return stream + writer.take();
}

UnpackedTree unpack(const std::string& stream, const TemporaryDirectory& directory,
                    const ArchiveLimits& limits = {}) {
  const ByteStream input(stream);
  return unpack_tree(input.number(), directory.path(), limits);
}

// What is said about a stream that is refused.
std::string refusal_of(const std::string& stream, const ArchiveLimits& limits = {}) {
  const TemporaryDirectory directory;
  try {
    static_cast<void>(unpack(stream, directory, limits));
  } catch (const TreeError& error) {
    return error.what();
  }
  return "(accepted)";
}

Contents contents_of(const TemporaryDirectory& directory) {
  Contents contents;
  for (const auto& entry : fs::recursive_directory_iterator(directory.path())) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    const std::string path = fs::relative(entry.path(), directory.path());
    contents[path] = directory.read(path);
  }
  return contents;
}

// One entry as POSIX has it (pax, "ustar Interchange Format"), which our writer would never write.
std::string raw_entry(const std::string& name, char type, const std::string& content,
                      const std::string& link = "") {
  std::string block(kBlock, '\0');
  const auto put = [&](std::size_t at, const std::string& text) {
    block.replace(at, text.size(), text);
  };
  std::array<char, 16> size{};
  std::snprintf(size.data(), size.size(), "%011zo", content.size());
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, size.data());
  put(136, "00000000000");
  put(148, "        ");
  block[156] = type;
  put(157, link);
  put(257, std::string("ustar\0", 6) + "00");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%06o", sum);
  put(148, std::string(digits.data()) + '\0' + ' ');
  const std::size_t padding = (kBlock - content.size() % kBlock) % kBlock;
  return block + content + std::string(padding, '\0');
}

const Contents kFiles = {{"empty", ""},
                         {"a b/größe.py", "x = 1\n"},
                         {std::string(120, 'd') + "/" + std::string(200, 'f'), "long name"},
                         {"exactly-one-block", std::string(kBlock, '\n')},
                         {"large", std::string(300'000, 'y')}};

TEST(TreeArchive, UnpacksWhatWasPacked) {
  const TemporaryDirectory directory;
  const std::string note = "{\"a\": \"größe\"}";
  const UnpackedTree tree = unpack(archive_of(kFiles, note), directory);
  EXPECT_EQ(tree.note, note);
  EXPECT_EQ(contents_of(directory), kFiles);
  std::map<std::string, std::uint64_t> sizes;
  for (const TreeFile& file : tree.files) sizes[file.path] = file.bytes;
  EXPECT_EQ(sizes.size(), kFiles.size());
  for (const auto& [path, content] : kFiles) EXPECT_EQ(sizes[path], content.size()) << path;
}

TEST(TreeArchive, AnEmptyTreeHasItsNote) {
  const TemporaryDirectory directory;
  const UnpackedTree tree = unpack(archive_of({}, "note"), directory);
  EXPECT_TRUE(tree.files.empty());
  EXPECT_EQ(tree.note, "note");
}

// Names are bytes: nothing depends on the locale, which a container leaves at C.
TEST(TreeArchive, IsWhatTarReads) {
  const TemporaryDirectory directory, unpacked;
  directory.write("tree.tar", archive_of(kFiles, "note"));
  const std::string command =
      "tar -xf '" + directory.path() + "/tree.tar' -C '" + unpacked.path() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  Contents expected = {{"argusctl-note", "note"}};
  for (const auto& [path, content] : kFiles) expected["tree/" + path] = content;
  EXPECT_EQ(contents_of(unpacked), expected);
}

TEST(TreeArchive, ReadsWhatTarWrites) {
  const TemporaryDirectory source, directory;
  for (const auto& [path, content] : kFiles) source.write("tree/" + path, content);
  source.write("argusctl-note", "note");
  for (const char* format : {"gnu", "ustar"}) {
    const std::string file = source.path() + "/" + format;
    const std::string command = "cd '" + source.path() + "' && tar --format=" + format + " -cf '" +
                                file + "' 'tree/a b/größe.py' " +
                                "tree/large tree/empty argusctl-note";
    ASSERT_EQ(std::system(command.c_str()), 0);
    const TemporaryDirectory unpacked;
    EXPECT_EQ(unpack(source.read(format), unpacked).note, "note");
    EXPECT_EQ(contents_of(unpacked), (Contents{{"a b/größe.py", kFiles.at("a b/größe.py")},
                                               {"large", kFiles.at("large")},
                                               {"empty", ""}}))
        << format;
  }
}

TEST(TreeArchive, AStreamThatBreaksOffIsRefused) {
  const std::string stream = archive_of({{"a", "1"}, {"b", "2"}}, "note");
  // Header and content of both files, and the note's header and its four bytes.
  const std::size_t needed = 4 * kBlock + kBlock + 4;
  ASSERT_LT(needed, stream.size());
  for (std::size_t cut = 0; cut < needed; ++cut) {
    const std::string said = refusal_of(stream.substr(0, cut));
    ASSERT_THAT(said, HasSubstr("did not arrive whole")) << cut;
  }
  const TemporaryDirectory directory;
  EXPECT_EQ(unpack(stream, directory).note, "note");
}

TEST(TreeArchive, AnEndWithoutTheNoteIsNotWhole) {
  const std::string end(2 * kBlock, '\0');
  EXPECT_THAT(refusal_of(raw_entry("tree/a", '0', "x") + end), HasSubstr("did not arrive whole"));
  EXPECT_THAT(refusal_of(end), HasSubstr("did not arrive whole"));
  EXPECT_THAT(refusal_of(std::string(4 * kBlock, 'x')), HasSubstr("did not arrive whole"));
}

TEST(TreeArchive, NamesThatLeadElsewhereAreRefused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"tree/../evil", "leads out of the repository"},
      {"tree/a/../../evil", "leads out of the repository"},
      {"tree/..", "leads out of the repository"},
      {"tree//etc/passwd", "is absolute"},
      {"/etc/passwd", "lies outside of the tree"},
      {"../evil", "lies outside of the tree"},
      {"evil", "lies outside of the tree"},
      {"tree/", "it is not a regular file"},
      {"tree/a/./b", "is not normalised"},
      {"tree/a//b", "is not normalised"},
      {"tree/a\nb", "contains a control character"},
      {"tree/\xe4", "is not UTF-8"}};
  for (const auto& [name, sentence] : cases) {
    EXPECT_THAT(refusal_of(raw_entry(name, '0', "x")),
                AllOf(HasSubstr("is refused"), HasSubstr(sentence)))
        << name;
  }
}

TEST(TreeArchive, OnlyRegularFilesAreTaken) {
  for (const char type : {'1', '2', '3', '4', '5', '6'}) {  // links, devices, directory, pipe
    EXPECT_THAT(refusal_of(raw_entry("tree/a", type, "", "/etc/passwd")),
                HasSubstr("it is not a regular file"))
        << type;
    EXPECT_THAT(refusal_of(raw_entry("argusctl-note", type, "", "/etc/passwd")),
                HasSubstr("it is not a regular file"))
        << type;
  }
}

TEST(TreeArchive, NothingIsWrittenTwice) {
  EXPECT_THAT(refusal_of(raw_entry("tree/a", '0', "1") + raw_entry("tree/a", '0', "2")),
              HasSubstr("File exists"));
  EXPECT_THAT(refusal_of(raw_entry("tree/a", '0', "1") + raw_entry("tree/a/b", '0', "2")),
              AllOf(HasSubstr("tree/a/b"), HasSubstr("is refused")));
  EXPECT_THAT(refusal_of(raw_entry("tree/a/b", '0', "1") + raw_entry("tree/a", '0', "2")),
              AllOf(HasSubstr("tree/a"), HasSubstr("is refused")));
}

TEST(TreeArchive, EveryLimitIsKept) {
  const Contents files = {{"a", "12345"}, {"b", "12345"}};
  const std::string stream = archive_of(files, "note");
  const ArchiveLimits exact{2, 5, 10, 4};
  const TemporaryDirectory directory;
  EXPECT_EQ(unpack(stream, directory, exact).files.size(), 2u);
  const auto refusal = [&](const auto& change) {
    ArchiveLimits limits = exact;
    change(limits);
    return refusal_of(stream, limits);
  };
  EXPECT_THAT(refusal([](ArchiveLimits& limits) { limits.files = 1; }),
              AllOf(HasSubstr("tree/b"), HasSubstr("too many files")));
  EXPECT_THAT(refusal([](ArchiveLimits& limits) { limits.file_bytes = 4; }),
              AllOf(HasSubstr("tree/a"), HasSubstr("larger than 4 bytes")));
  EXPECT_THAT(refusal([](ArchiveLimits& limits) { limits.all_bytes = 9; }),
              AllOf(HasSubstr("tree/b"), HasSubstr("more than 9 bytes")));
  EXPECT_THAT(refusal([](ArchiveLimits& limits) { limits.note_bytes = 3; }),
              AllOf(HasSubstr("argusctl-note"), HasSubstr("larger than 3 bytes")));
}

TEST(TreeArchive, OnlyAnEmptyDirectoryIsFilled) {
  const TemporaryDirectory directory;
  directory.write("there", "before");
  const auto said = [&](const std::string& path) -> std::string {
    try {
      const ByteStream input(archive_of({{"there", "after"}}, "note"));
      static_cast<void>(unpack_tree(input.number(), path));
    } catch (const TreeError& error) {
      return error.what();
    }
    return "(accepted)";
  };
  EXPECT_THAT(said(directory.path()), HasSubstr("is not an empty directory"));
  EXPECT_THAT(said(directory.path() + "/there"), HasSubstr("is not an empty directory"));
  EXPECT_THAT(said(directory.path() + "/none"), HasSubstr("is not an empty directory"));
  EXPECT_EQ(directory.read("there"), "before");
}

}  // namespace
}  // namespace argus::cli
