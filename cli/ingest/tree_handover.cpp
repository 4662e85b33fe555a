#include "cli/ingest/tree_handover.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/ingest/file_reader.h"
#include "cli/terminal/printable.h"

namespace argus::cli {
namespace {

using json = nlohmann::json;

void read_note(const std::string& text, SourceTree& tree) {
  const json note = json::parse(text);
  const json& repository = note.at("repository");
  tree.repository = {repository.at("name"), repository.at("url"), repository.at("commit"),
                     repository.at("branch")};
  note.at("is_checkout").get_to(tree.is_checkout);
  note.at("files_differing").get_to(tree.differing);
  if (note.at("files").get<std::size_t>() != tree.files.size()) {
    throw TreeError("The tree did not arrive whole: its note counts other files.");
  }
  for (const json& skipped : note.at("skipped")) {
    tree.skipped.push_back({skipped.at("path"), skipped.at("reason")});
  }
}

}  // namespace

std::optional<std::string> TreeSender::next() {
  if (finished_) return std::nullopt;
  if (next_ < tree_.files.size()) {
    add_file(tree_.files[next_++]);
  } else {
    archive_.finish(note());
    finished_ = true;
  }
  return archive_.take();
}

void TreeSender::add_file(const TreeFile& file) {
  auto read = read_source(tree_.root, file.path);
  if (auto* unreadable = std::get_if<Unreadable>(&read)) {
    skipped_.push_back({file.path, std::move(unreadable->reason)});
    return;
  }
  const std::string& content = std::get<std::string>(read);
  archive_.add(file.path, content);
  bytes_ += content.size();
  on_file_(++sent_, bytes_);
}

std::string TreeSender::note() const {
  json skipped = json::array();
  for (const auto* list : {&tree_.skipped, &skipped_}) {
    for (const auto& file : *list) {
      skipped.push_back({{"path", printable(file.path)}, {"reason", printable(file.reason)}});
    }
  }
  const json note = {{"repository",
                      {{"name", printable(tree_.repository.name)},
                       {"url", printable(tree_.repository.url)},
                       {"commit", tree_.repository.commit},
                       {"branch", printable(tree_.repository.branch)}}},
                     {"is_checkout", tree_.is_checkout},
                     {"files_differing", tree_.differing},
                     {"files", sent_},
                     {"skipped", std::move(skipped)}};
  return note.dump();
}

SourceTree receive_tree(int input, const std::string& directory) {
  UnpackedTree unpacked = unpack_tree(input, directory);
  SourceTree tree;
  tree.root = directory;
  tree.files = std::move(unpacked.files);
  std::sort(tree.files.begin(), tree.files.end(),
            [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  try {
    read_note(unpacked.note, tree);
  } catch (const json::exception&) {
    throw TreeError("The tree's note is of another argusctl: use the same version on both sides.");
  }
  return tree;
}

}  // namespace argus::cli
