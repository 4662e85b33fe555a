#include "cli/ingest/source_tree.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "cli/ingest/git_checkout.h"
#include "cli/ingest/git_tree.h"
#include "event/limits.h"
#include "fakes/temporary_directory.h"

namespace argus::cli {
namespace {

using fakes::GitTree;
using fakes::TemporaryDirectory;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> paths(const SourceTree& tree) {
  std::vector<std::string> found;
  for (const TreeFile& file : tree.files) found.push_back(file.path);
  return found;
}

std::vector<std::string> skipped(const SourceTree& tree) {
  std::vector<std::string> found;
  for (const auto& file : tree.skipped) found.push_back(file.path + ": " + file.reason);
  return found;
}

SourceTree read(const std::string& path, bool use_git = true) {
  return read_source_tree({path, "", use_git});
}

// What is ignored is the same with git and without; only tracked files make a difference.
void write_ignored_files(const TemporaryDirectory& tree) {
  tree.write(".gitignore", "*.log\n/build/\n!keep.log\nlogs/*\n!logs/wanted\n");
  tree.write("a.go", "package a");
  tree.write("a.log", "x");
  tree.write("keep.log", "x");
  tree.write("build/out.c", "x");
  tree.write("sub/build/in.c", "x");
  tree.write("logs/1", "x");
  tree.write("logs/wanted", "x");
  tree.write("sub/.gitignore", "!a.log\nsecret\n");
  tree.write("sub/a.log", "x");
  tree.write("sub/secret", "x");
}
const std::vector<std::string> kNotIgnored = {".gitignore",    "a.go",           "keep.log",
                                              "logs/wanted",   "sub/.gitignore", "sub/a.log",
                                              "sub/build/in.c"};

TEST(SourceTree, FollowsIgnoreFilesWithoutGit) {
  const TemporaryDirectory tree;
  write_ignored_files(tree);
  const SourceTree read_tree = read(tree.path());
  EXPECT_EQ(paths(read_tree), kNotIgnored);
  EXPECT_FALSE(read_tree.is_checkout);
  EXPECT_EQ(read_tree.repository.commit, "");
  EXPECT_EQ(read_tree.repository.name, std::filesystem::path(tree.path()).filename().string());
  EXPECT_FALSE(std::filesystem::exists(tree.path() + "/.git"));
}

TEST(SourceTree, FollowsIgnoreFilesOfACheckout) {
  const GitTree tree;
  write_ignored_files(tree);
  EXPECT_EQ(paths(read(tree.path())), kNotIgnored);
  tree.commit_all();
  EXPECT_EQ(paths(read(tree.path())), kNotIgnored);
}

// What git itself says is the measure.
TEST(SourceTree, AgreesWithGit) {
  const GitTree tree;
  write_ignored_files(tree);
  tree.write(".git/info/exclude", "excluded*\n");
  for (const char* path : {"excluded.c", "deep/a/b/x.tmp", "deep/a/keep.tmp", "deep/a/b/keep/y.tmp",
                           "foo/bar/baz.c", "foo/baz.c", "with space", "#hash", "!bang", "q?.c",
                           "[x].c", "x.c", "only/dir/f", "dir", "sub/only/f"}) {
    tree.write(path, "x");
  }
  tree.write("deep/.gitignore", "*.tmp\n!keep.tmp\n!a/b/keep/*.tmp\n");
  tree.write("foo/.gitignore", "**/bar/**\n# comment\n\\#hash\n");
  tree.write("only/.gitignore", "dir/\nwith\\ space \n");
  tree.write(".gitignore",
             "*.log\n!/keep.log\n/build/\n\\!bang\n[[]x].c\nq\\?.c\nsub/only\r\ndir/\n");
  tree.git("ls-files -z --cached --others --exclude-standard --full-name > '" + tree.path() +
           "/.git/listed' 2>/dev/null; true");
  std::vector<std::string> listed;
  std::istringstream list(tree.read(".git/listed"));
  for (std::string path; std::getline(list, path, '\0');) listed.push_back(path);
  std::sort(listed.begin(), listed.end());
  ASSERT_GT(listed.size(), 10u);
  EXPECT_EQ(paths(read(tree.path())), listed);
}

TEST(SourceTree, ATrackedFileCountsAlthoughItIsIgnored) {
  const GitTree tree;
  tree.write(".gitignore", "*.log\n");
  tree.write("tracked.log", "x");
  tree.write("other.log", "x");
  tree.git("add -f .gitignore tracked.log");
  tree.git("commit -q -m one");
  EXPECT_THAT(paths(read(tree.path())), ElementsAre(".gitignore", "tracked.log"));
}

TEST(SourceTree, CountsWhatDiffersFromTheCommit) {
  const GitTree tree;
  tree.write("same", "x");
  tree.write("changed", "x");
  tree.write("deleted", "x");
  tree.commit_all();
  EXPECT_EQ(read(tree.path()).differing, 0u);
  tree.write("changed", "other");
  tree.write("new", "x");
  std::filesystem::remove(tree.path() + "/deleted");
  const SourceTree dirty = read(tree.path());
  EXPECT_EQ(dirty.differing, 3u);
  EXPECT_THAT(paths(dirty), ElementsAre("changed", "new", "same"));
  EXPECT_THAT(dirty.skipped, IsEmpty());
}

TEST(SourceTree, KnowsCommitBranchAndRemote) {
  const GitTree tree;
  tree.write("a", "x");
  EXPECT_EQ(read(tree.path()).repository.commit, "");  // no commit yet
  tree.commit_all();
  tree.git("remote add origin https://me:secret@example.org/team/shop.git");
  const SourceTree whole = read(tree.path());
  EXPECT_TRUE(whole.is_checkout);
  EXPECT_EQ(whole.repository.commit.size(), 40u);
  EXPECT_EQ(whole.repository.branch, "main");
  EXPECT_EQ(whole.repository.name, "shop");
  EXPECT_EQ(whole.repository.url, "https://example.org/team/shop.git");
  tree.git("checkout -q --detach");
  EXPECT_EQ(read(tree.path()).repository.branch, "");
  EXPECT_EQ(read_source_tree({tree.path(), "named", true}).repository.name, "named");
}

TEST(SourceTree, APartOfACheckoutIsReadAsThat) {
  const GitTree tree;
  tree.write(".gitignore", "*.log\n");
  tree.write("other/a.go", "x");
  tree.write("part/b.go", "x");
  tree.write("part/b.log", "x");
  tree.write("party/c.go", "x");
  tree.commit_all();
  tree.write("other/a.go", "differs, elsewhere");
  const SourceTree part = read(tree.path() + "/part");
  EXPECT_THAT(paths(part), ElementsAre("b.go"));
  EXPECT_EQ(part.repository.name, "part");
  EXPECT_EQ(part.repository.commit.size(), 40u);
  EXPECT_EQ(part.differing, 0u);
}

TEST(SourceTree, ADirectoryThatItsRepositoryIgnoresStandsForItself) {
  const GitTree tree;
  tree.write(".gitignore", "vendor/\n");
  tree.write("vendor/lib/a.c", "x");
  tree.commit_all();
  const SourceTree vendored = read(tree.path() + "/vendor/lib");
  EXPECT_THAT(paths(vendored), ElementsAre("a.c"));
  EXPECT_FALSE(vendored.is_checkout);
}

TEST(SourceTree, WithoutGitACheckoutIsADirectory) {
  const GitTree tree;
  tree.write("a.c", "x");
  tree.commit_all();
  const SourceTree plain = read(tree.path(), false);
  EXPECT_THAT(paths(plain), ElementsAre("a.c"));
  EXPECT_FALSE(plain.is_checkout);
}

TEST(SourceTree, SkipsSubmodulesAndNestedRepositories) {
  const GitTree library;
  library.write("lib.c", "x");
  library.commit_all();
  const GitTree tree;
  tree.write("a.c", "x");
  tree.git("submodule add -q '" + library.path() + "' third");
  tree.commit_all();
  tree.git("clone -q '" + library.path() + "' nested");
  const SourceTree found = read(tree.path());
  EXPECT_THAT(paths(found), ElementsAre(".gitmodules", "a.c"));
  EXPECT_THAT(skipped(found), UnorderedElementsAre("third: submodule or nested repository",
                                                   "nested: submodule or nested repository"));
}

TEST(SourceTree, DoesNotFollowLinks) {
  for (const bool use_git : {true, false}) {
    const GitTree tree;
    tree.write("dir/a.c", "x");
    std::filesystem::create_directory_symlink("..", tree.path() + "/dir/loop");
    std::filesystem::create_symlink("a.c", tree.path() + "/dir/link.c");
    std::filesystem::create_symlink("/nowhere", tree.path() + "/dangling");
    const SourceTree found = read(tree.path(), use_git);
    EXPECT_THAT(paths(found), ElementsAre("dir/a.c"));
    EXPECT_THAT(skipped(found),
                UnorderedElementsAre("dir/loop: symbolic link", "dir/link.c: symbolic link",
                                     "dangling: symbolic link"));
  }
}

TEST(SourceTree, SkipsWhatIsTooLargeAndWhatIsNoFile) {
  const TemporaryDirectory tree;
  tree.write("fits", std::string(worker::kFileBytesMax, 'a'));
  tree.write("large", std::string(worker::kFileBytesMax + 1, 'a'));
  ASSERT_EQ(mkfifo((tree.path() + "/pipe").c_str(), 0600), 0);
  const SourceTree found = read(tree.path());
  EXPECT_THAT(paths(found), ElementsAre("fits"));
  EXPECT_THAT(skipped(found),
              UnorderedElementsAre("large: larger than 1048576 bytes", "pipe: no regular file"));
}

TEST(SourceTree, TakesNamesAsTheyAre) {
  for (const bool use_git : {true, false}) {
    const GitTree tree;
    tree.write("with space.c", "x");
    tree.write("quo\"te'.c", "x");
    tree.write("größe/日本.c", "x");
    tree.write("[abc]*?.c", "x");
    tree.write("bad\xff.c", "x");
    tree.write("line\nbreak.c", "x");
    const SourceTree found = read(tree.path(), use_git);
    EXPECT_THAT(paths(found),
                ElementsAre("[abc]*?.c", "größe/日本.c", "quo\"te'.c", "with space.c"));
    EXPECT_THAT(skipped(found),
                UnorderedElementsAre("bad\xff.c: its path is not UTF-8",
                                     "line\nbreak.c: its path contains a control character"));
  }
}

TEST(SourceTree, LeavesOutDirectoriesOfVersionControl) {
  const TemporaryDirectory tree;
  tree.write(".hg/store", "x");
  tree.write("sub/.svn/entries", "x");
  tree.write("sub/.git/HEAD", "x");
  tree.write("sub/a.c", "x");
  tree.write(".github/ci.yml", "x");
  EXPECT_THAT(paths(read(tree.path())), ElementsAre(".github/ci.yml", "sub/a.c"));
}

std::string failure(const std::string& path) {
  try {
    static_cast<void>(read(path));
  } catch (const TreeError& error) {
    return error.what();
  }
  return "";
}

TEST(SourceTree, SaysWhyAPathCannotBeRead) {
  const TemporaryDirectory tree;
  EXPECT_THAT(failure(tree.path() + "/none"), HasSubstr("No such file"));
  EXPECT_THAT(failure(tree.write("file", "x")), HasSubstr("is not a directory"));
  const GitTree bare;
  bare.git("init -q --bare bare.git");
  EXPECT_THAT(failure(bare.path() + "/bare.git"), HasSubstr("bare git repository"));
}

TEST(SourceTree, ABrokenRepositoryIsSaid) {
  const GitTree tree;
  tree.write("a.c", "x");
  tree.commit_all();
  tree.write(".git/index", "no index");
  EXPECT_THAT(failure(tree.path()), HasSubstr("--no-git"));
}

TEST(PublicUrl, HasNoCredentials) {
  EXPECT_EQ(public_url("https://example.org/a.git"), "https://example.org/a.git");
  EXPECT_EQ(public_url("https://token@example.org/a@b.git"), "https://example.org/a@b.git");
  EXPECT_EQ(public_url("https://me:p@ss@example.org"), "https://example.org");
  EXPECT_EQ(public_url("https://example.org/a@b.git"), "https://example.org/a@b.git");
  EXPECT_EQ(public_url("git@example.org:team/a.git"), "git@example.org:team/a.git");
  EXPECT_EQ(public_url("/home/me/a"), "");
  EXPECT_EQ(public_url("../a"), "");
  EXPECT_EQ(public_url("file:///home/me/a"), "");
}

}  // namespace
}  // namespace argus::cli
