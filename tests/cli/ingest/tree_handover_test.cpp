#include "cli/ingest/tree_handover.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "cli/ingest/byte_stream.h"
#include "cli/ingest/git_tree.h"
#include "cli/ingest/ingestion_plan.h"
#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

using fakes::ByteStream;
using fakes::GitTree;
using fakes::TemporaryDirectory;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

std::string stream_of(const SourceTree& tree) {
  TreeSender sender(tree, [](std::size_t, std::uint64_t) {});
  std::string stream;
  while (auto piece = sender.next()) stream += *piece;
  return stream;
}

SourceTree receive(const std::string& stream, const TemporaryDirectory& directory) {
  const ByteStream input(stream);
  return receive_tree(input.number(), directory.path());
}

std::vector<std::string> files(const SourceTree& tree) {
  std::vector<std::string> found;
  for (const TreeFile& file : tree.files) {
    found.push_back(file.path + ": " + std::to_string(file.bytes));
  }
  return found;
}

std::vector<std::string> skipped(const SourceTree& tree) {
  std::vector<std::string> found;
  for (const auto& file : tree.skipped) found.push_back(file.path + ": " + file.reason);
  return found;
}

std::string read(const std::string& root, const std::string& path) {
  std::ifstream file(root + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class TreeHandoverTest : public testing::Test {
 protected:
  void SetUp() override {
    tree_.write("main.go", "package main\n");
    tree_.write("größe/a \"b\".py", "def f():\n    return 1\n");
    tree_.write("latin1.c", "/* \xe4 */ int x;\n");
    tree_.write("empty", "");
    tree_.write("b.c", "int b;");
    tree_.write("b/a.c", "int a;");
    tree_.write(".gitignore", "*.log\n");
    tree_.write("debug.log", "x");
    tree_.write("bad\xff name.c", "int c;");
    std::filesystem::create_symlink("main.go", tree_.path() + "/link");
    tree_.git("remote add origin https://someone:secret@example.org/acme/shop.git");
    tree_.commit_all();
    tree_.write("main.go", "package main // changed\n");
    tree_.write("new.go", "package main\n");
  }
  GitTree tree_;
  const TemporaryDirectory received_;
};

TEST_F(TreeHandoverTest, TheTreeThereIsTheTreeHere) {
  const SourceTree here = read_source_tree({tree_.path(), "", true});
  const SourceTree there = receive(stream_of(here), received_);
  EXPECT_EQ(there.root, received_.path());
  EXPECT_EQ(files(there), files(here));
  EXPECT_GE(here.files.size(), 7u);
  EXPECT_EQ(there.repository.name, here.repository.name);
  EXPECT_EQ(there.repository.url, here.repository.url);
  EXPECT_THAT(there.repository.url, AllOf(HasSubstr("example.org"), Not(HasSubstr("secret"))));
  EXPECT_EQ(there.repository.commit, here.repository.commit);
  EXPECT_EQ(there.repository.commit.size(), 40u);
  EXPECT_EQ(there.repository.branch, "main");
  EXPECT_TRUE(there.is_checkout);
  EXPECT_EQ(there.differing, here.differing);
  EXPECT_EQ(there.differing, 2u);
  EXPECT_THAT(skipped(there), Contains("link: symbolic link"));
  EXPECT_THAT(skipped(there), Contains(HasSubstr("bad\\xff name.c: its path is not UTF-8")));
  EXPECT_EQ(there.skipped.size(), here.skipped.size());
  for (const TreeFile& file : here.files) {
    EXPECT_EQ(read(there.root, file.path), read(here.root, file.path)) << file.path;
  }
}

TEST_F(TreeHandoverTest, WithoutGitAsWell) {
  const SourceTree here = read_source_tree({tree_.path(), "named", false});
  const SourceTree there = receive(stream_of(here), received_);
  EXPECT_EQ(files(there), files(here));
  EXPECT_EQ(there.repository.name, "named");
  EXPECT_EQ(there.repository.commit, "");
  EXPECT_FALSE(there.is_checkout);
}

TEST_F(TreeHandoverTest, WhatTurnsOutWhileReadingIsSkippedThere) {
  tree_.write("logo.png", std::string("\x89PNG\0", 5));
  const SourceTree here = read_source_tree({tree_.path(), "", true});
  std::filesystem::remove(tree_.path() + "/b.c");
  std::size_t counted = 0;
  TreeSender sender(here, [&](std::size_t sent, std::uint64_t) { counted = sent; });
  std::string stream;
  while (auto piece = sender.next()) stream += *piece;
  const SourceTree there = receive(stream, received_);
  EXPECT_EQ(there.files.size(), here.files.size() - 2);
  EXPECT_EQ(counted, there.files.size());
  EXPECT_THAT(skipped(there), AllOf(Contains("b.c: changed while it was read"),
                                    Contains("logo.png: binary"), Contains("link: symbolic link")));
  // The ingestion that comes of it is the one that would be made here.
  const auto plan_of = [](const SourceTree& tree) {
    std::vector<std::string> planned;
    worker::IngestedHead head;
    head.tenant = {"acme", "shop"};
    head.ingestion_id = "i";
    const IngestionPlan plan = plan_ingestion(tree, head, [] {});
    for (const PlannedFile& file : plan.files) planned.push_back(file.path);
    for (const auto& file : plan.skipped) planned.push_back(file.reason);
    return planned;
  };
  EXPECT_THAT(plan_of(there), testing::UnorderedElementsAreArray(plan_of(here)));
}

TEST_F(TreeHandoverTest, OneFileIsHeldAtATime) {
  const SourceTree here = read_source_tree({tree_.path(), "", true});
  TreeSender sender(here, [](std::size_t, std::uint64_t) {});
  std::size_t pieces = 0;
  while (sender.next()) ++pieces;
  EXPECT_EQ(pieces, here.files.size() + 1) << "the files, and the note";
  EXPECT_FALSE(sender.next());
}

TEST_F(TreeHandoverTest, ANoteOfAnotherVersionIsSaid) {
  const auto said = [&](const std::string& note) -> std::string {
    TreeArchiveWriter writer;
    writer.add("a", "1");
    writer.finish(note);
    const TemporaryDirectory directory;
    try {
      static_cast<void>(receive(writer.take(), directory));
    } catch (const TreeError& error) {
      return error.what();
    }
    return "(accepted)";
  };
  const std::string good =
      R"({"repository": {"name": "n", "url": "", "commit": "", "branch": ""}, "is_checkout": true,)"
      R"( "files_differing": 0, "files": 1, "skipped": []})";
  EXPECT_EQ(said(good), "(accepted)");
  for (const char* note : {"", "[]", "{}", "{\"files\": 1}"}) {
    EXPECT_THAT(said(note), HasSubstr("use the same version on both sides")) << note;
  }
  std::string other = good;
  other.replace(other.find("\"files\": 1"), 10, "\"files\": 2");
  EXPECT_THAT(said(other), HasSubstr("did not arrive whole"));
}

}  // namespace
}  // namespace argus::cli
