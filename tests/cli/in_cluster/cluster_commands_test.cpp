#include "cli/in_cluster/cluster_commands.h"

#include <gmock/gmock.h>

#include <sstream>

#include "cli/command_line.h"
#include "cli/in_cluster/attach_talk.h"
#include "cli/in_cluster/job_manifest.h"
#include "cli/in_cluster/kubectl_script.h"
#include "cli/ingest/byte_stream.h"
#include "cli/ingest/tree_handover.h"

namespace argus::cli {
namespace {

using fakes::TemporaryDirectory;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// What argusctl in the pod makes of the words.
template <typename Options>
Options read_there(const std::vector<std::string>& arguments) {
  std::vector<const char*> words = {"argusctl"};
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  return std::get<Options>(read_command_line(static_cast<int>(words.size()), words.data()));
}

IngestOptions ingest_options() {
  IngestOptions options;
  options.path = ".";
  options.tenant = {"acme", "shop"};
  options.ingestion_id = "run:1";
  return options;
}

TEST(RemoteArguments, OfAnIngestion) {
  IngestOptions options = ingest_options();
  EXPECT_THAT(
      remote_arguments(options),
      ElementsAre("ingest", "/tree", "--from-tar=-", "--over-attach", "--org=acme",
                  "--project=shop", "--ingestion-id=run:1", "--output=text", "--timeout=600"));
  IngestOptions there = read_there<IngestOptions>(remote_arguments(options));
  EXPECT_EQ(there.path, kJobTree);
  EXPECT_EQ(there.tenant, options.tenant);
  EXPECT_EQ(there.ingestion_id, "run:1");
  EXPECT_TRUE(there.tree_comes_in && there.over_attach && there.wait);
  EXPECT_FALSE(there.cluster.in_cluster || there.allow_empty || there.verbose);

  options.wait = false;
  options.allow_empty = options.verbose = true;
  options.output = OutputFormat::kJson;
  there = read_there<IngestOptions>(remote_arguments(options));
  EXPECT_FALSE(there.wait);
  EXPECT_TRUE(there.allow_empty && there.verbose);
  EXPECT_EQ(there.output, OutputFormat::kJson);
  options.wait = true;
  options.timeout = std::chrono::seconds(7);
  EXPECT_EQ(read_there<IngestOptions>(remote_arguments(options)).timeout, std::chrono::seconds(7));
}

TEST(RemoteArguments, OfALookAtTheGraph) {
  GraphOptions options;
  options.tenant = {"acme", "shop"};
  for (const auto type : {worker::DatasetType::kCodebase, worker::DatasetType::kTests,
                          worker::DatasetType::kFailures}) {
    for (const bool dump : {false, true}) {
      options.type = type;
      options.dump = dump;
      options.output = dump ? OutputFormat::kText : OutputFormat::kJson;
      const auto there = read_there<GraphOptions>(remote_arguments(options));
      EXPECT_EQ(there.type, type);
      EXPECT_EQ(there.dump, dump);
      EXPECT_EQ(there.output, options.output);
      EXPECT_EQ(there.tenant, options.tenant);
      EXPECT_TRUE(there.over_attach);
    }
  }
}

class ClusterCommandsTest : public testing::Test {
 protected:
  int ingest(IngestOptions options) {
    options.path = tree_.path();
    options.cluster = kubectl_.options();
    return ingest_in_cluster(options, out_, progress_, base::system_clock(), {});
  }

  KubectlScript kubectl_;
  TemporaryDirectory tree_;
  std::ostringstream out_, said_;
  Progress progress_{said_, {}, base::system_clock()};
};

TEST_F(ClusterCommandsTest, TheTreeArrivesInThePod) {
  tree_.write("main.go", "package main\n");
  tree_.write("sub/größe.py", "x = 1\n");
  kubectl_.attach_does("cat > input; echo done; echo 'argusctl-end 3 5' >&2");
  EXPECT_EQ(ingest(ingest_options()), 3);
  EXPECT_EQ(out_.str(), "done\n");
  const std::string input = kubectl_.read("input");
  ASSERT_THAT(input, testing::StartsWith(kBeginLine));
  const TemporaryDirectory received;
  const fakes::ByteStream stream(input.substr(kBeginLine.size()));
  const SourceTree there = receive_tree(stream.number(), received.path());
  ASSERT_EQ(there.files.size(), 2u);
  EXPECT_EQ(received.read("main.go"), "package main\n");
  EXPECT_EQ(received.read("sub/größe.py"), "x = 1\n");
  EXPECT_THAT(progress_.interruption(), HasSubstr("the ingestion run:1 goes on"));
}

TEST_F(ClusterCommandsTest, AnIngestionHasItsIdentityBeforeItIsSent) {
  tree_.write("a.c", "int a;");
  kubectl_.attach_does("cp job kept; cat >/dev/null; echo 'argusctl-end 0 0' >&2");
  IngestOptions options = ingest_options();
  options.ingestion_id.clear();
  EXPECT_EQ(ingest(options), 0);
  EXPECT_THAT(kubectl_.read("kept"), Not(HasSubstr("\"--ingestion-id=\"")));
  EXPECT_THAT(kubectl_.read("kept"), HasSubstr("--ingestion-id=2"));
}

TEST_F(ClusterCommandsTest, NothingIsStartedForATreeWithoutFiles) {
  EXPECT_THROW(ingest(ingest_options()), TreeError);
  EXPECT_THAT(kubectl_.calls(), testing::IsEmpty());
  IngestOptions options = ingest_options();
  options.allow_empty = true;
  EXPECT_EQ(ingest(options), 0);
}

TEST_F(ClusterCommandsTest, AGraphNeedsNoInput) {
  GraphOptions options;
  options.tenant = {"acme", "shop"};
  options.cluster = kubectl_.options();
  kubectl_.attach_does("cat > input; echo graph; echo 'argusctl-end 0 6' >&2");
  EXPECT_EQ(graph_in_cluster(options, out_, progress_, base::system_clock(), {}), 0);
  EXPECT_EQ(out_.str(), "graph\n");
  EXPECT_EQ(kubectl_.read("input"), kBeginLine);
}

}  // namespace
}  // namespace argus::cli
