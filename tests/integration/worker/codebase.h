// A codebase for the tests, and the messages that carry it.
//
// Threads: values and free functions. Failure: std::runtime_error with a sentence when the codebase
// is not there.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "event/ingested_event.h"
#include "event/outbound_event.h"

namespace argus::worker::live {

// k8s.io/kubernetes in Go's module cache, or ARGUS_TEST_GO_CORPUS.
std::filesystem::path kubernetes();

// Every file of these endings below the directories of `root`, with paths relative to `root`.
// Files that no event may carry are left out.
std::vector<SourceFile> read_sources(const std::filesystem::path& root,
                                     const std::vector<std::string>& directories,
                                     const std::vector<std::string>& endings = {".go"});

std::uint64_t lines_of(const std::vector<SourceFile>& files);

SourceFile source(std::string path, std::string content);

struct Sending {
  Tenant tenant;
  std::string ingestion_id;
  // Orders the ingestions of one dataset.
  std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
  std::string repository = "kubernetes";
  std::string commit = "c0ffee";
};

// Parts and manifest, in order.
std::vector<OutboundEvent> messages_of(const std::vector<SourceFile>& files,
                                       const Sending& sending);

}  // namespace argus::worker::live
