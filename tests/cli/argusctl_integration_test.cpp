// The program itself against a real broker, a real FalkorDB and a real argus-worker.
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>

#include "cli/in_cluster/kubectl_script.h"
#include "cli/ingest/git_tree.h"
#include "cli_program.h"
#include "event/ingested_event.h"
#include "event/sha256.h"
#include "event/tenant.h"
#include "fakes/eventually.h"
#include "fakes/places.h"
#include "fakes/required_environment.h"
#include "graph/falkordb_connection.h"
#include "program.h"
#include "worker/kafka/real_broker.h"
#include "worker/kafka/source_contract.h"

namespace argus::cli {
namespace {

namespace kafka = worker::kafka;

using fakes::eventually;
using fakes::GitTree;
using fakes::Program;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kWorker = fakes::build_path("bin/argus-worker");

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class ArgusctlTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto broker = kafka::real_broker();
    ARGUS_NEEDS(broker, "set ARGUS_TEST_KAFKA to test against a broker");
    broker_ = *broker;
    tenant_ = {kafka::unique_name("org"), "shop"};
    dataset_ = worker::dataset_name(tenant_, worker::DatasetType::kCodebase);
    prefix_ = kafka::unique_name("prefix") + ".";
    environment_ = {"KAFKA_BOOTSTRAP_SERVERS=" + broker_.bootstrap_servers,
                    "KAFKA_SASL_USERNAME=" + broker_.username,
                    "KAFKA_SASL_PASSWORD_FILE=" + variable("ARGUS_TEST_KAFKA_PASSWORD_FILE"),
                    "ARGUS_TOPIC_PREFIX=" + prefix_,
                    "FALKORDB_HOST=" + variable("ARGUS_TEST_FALKORDB_HOST"),
                    "FALKORDB_PORT=" + variable("ARGUS_TEST_FALKORDB_PORT"),
                    "FALKORDB_PASSWORD_FILE=" + variable("ARGUS_TEST_FALKORDB_PASSWORD_FILE")};
    for (const char* topic : {"argus.codebase.ingested", "argus.codebase.analyzed", "argus.dlq"}) {
      topics_.push_back(std::make_unique<kafka::RealTopic>(broker_, prefix_ + topic, 2));
    }
    tree_.write("main.go", "package main\n\nfunc helper() {}\n\nfunc main() { helper() }\n");
    tree_.write("größe/a \"b\".py", "def f():\n    return 1\n");
    tree_.write("latin1.c", "/* \xe4 */ int x;\n");
    tree_.write("logo.png", std::string("\x89PNG\0", 5));
    tree_.write(".gitignore", "*.log\n");
    tree_.write("debug.log", "x");
    tree_.commit_all();
  }

  // Which graph store there is, as the environment says.
  [[nodiscard]] worker::FalkorDbEndpoint store() const {
    worker::FalkorDbEndpoint endpoint;
    endpoint.host = variable("ARGUS_TEST_FALKORDB_HOST");
    endpoint.port = static_cast<std::uint16_t>(std::stoi(variable("ARGUS_TEST_FALKORDB_PORT")));
    std::ifstream(variable("ARGUS_TEST_FALKORDB_PASSWORD_FILE")) >> endpoint.password;
    return endpoint;
  }
  void TearDown() override {
    if (dataset_.empty() || variable("ARGUS_TEST_FALKORDB_PORT").empty()) return;
    worker::FalkorDbConnection(store()).command({"DEL", dataset_});
  }

  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> words,
                                                 const std::vector<std::string>& more) const {
    words.insert(words.begin(), kArgusctl);
    for (const std::string& word :
         {std::string("--org"), tenant_.org_id, std::string("--project"), tenant_.project_id}) {
      words.push_back(word);
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  Ended argusctl(const std::vector<std::string>& words, const std::vector<std::string>& more = {},
                 std::vector<std::string> environment = {}) {
    environment.insert(environment.end(), environment_.begin(), environment_.end());
    return run_to_end(command(words, more), environment);
  }
  std::unique_ptr<Program> start_worker(std::vector<std::string> environment = {}) {
    environment.insert(environment.end(), environment_.begin(), environment_.end());
    environment.push_back("KAFKA_CONSUMER_GROUP=" + kafka::unique_name("workers"));
    environment.push_back("HTTP_ADDRESS=127.0.0.1");
    environment.push_back("HTTP_PORT=0");
    return std::make_unique<Program>(std::vector<std::string>{kWorker}, environment);
  }

  kafka::ConnectionOptions broker_;
  worker::Tenant tenant_;
  std::string dataset_;
  std::string prefix_;
  std::vector<std::string> environment_;
  std::vector<std::unique_ptr<kafka::RealTopic>> topics_;
  GitTree tree_;
};

TEST_F(ArgusctlTest, SendsWhatTheTreeHolds) {
  tree_.write("new.go", "package main\n");
  const Ended ended = argusctl({"ingest", tree_.path()}, {"--no-wait", "--output", "json"});
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("on main; 1 file differs from it"), HasSubstr("1 binary: logo.png")));
  const json report = json::parse(ended.out);
  EXPECT_EQ(report["status"], "sent");
  EXPECT_EQ(report["files"], 5);
  EXPECT_EQ(report["skipped"]["binary"], 1);

  kafka::RecordingListener listener;
  kafka::Consumer consumer({broker_, kafka::unique_name("group"), {topics_[0]->name()}}, listener);
  const worker::IngestedEventParser parser;
  std::map<std::string, std::string> contents;
  std::map<std::string, std::string> manifest;
  for (int i = 0; i < 2; ++i) {  // one part, one message of the manifest
    const auto record = kafka::next(consumer);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->key, dataset_);
    worker::Headers headers;
    for (const auto& [name, value] : record->headers) headers.emplace_back(name, value.value());
    const auto event = parser.parse(headers, record->value);
    if (const auto* part = std::get_if<worker::IngestedPart>(&event)) {
      EXPECT_EQ(part->head.ingestion_id, report["ingestion_id"].get<std::string>());
      EXPECT_EQ(part->head.repository.commit, report["repository"]["commit"].get<std::string>());
      for (const auto& file : part->files) contents[file.path] = file.content;
    } else {
      const auto* all = std::get_if<worker::IngestedManifest>(&event);
      ASSERT_NE(all, nullptr) << std::get<worker::Rejection>(event).message;
      for (const auto& file : all->files) manifest[file.path] = file.sha256;
    }
  }
  for (const char* path : {".gitignore", "main.go", "größe/a \"b\".py", "latin1.c", "new.go"}) {
    ASSERT_TRUE(contents.contains(path)) << path;
    EXPECT_EQ(contents[path], tree_.read(path));
    EXPECT_EQ(manifest[path], worker::sha256_hex(contents[path]));
  }
  EXPECT_EQ(contents.size(), 5u);
  EXPECT_EQ(manifest.size(), 5u);
}

TEST_F(ArgusctlTest, WaitsForTheWorkerAndShowsTheGraph) {
  const auto worker = start_worker();
  const Ended first = argusctl({"ingest", tree_.path()}, {"--timeout", "100"});
  ASSERT_EQ(first.status, 0) << first.out << first.err << worker->err();
  EXPECT_THAT(first.out, AllOf(HasSubstr("Analyzed"), HasSubstr("4 files changed, 0 deleted")));
  const Ended again =
      argusctl({"ingest", tree_.path()}, {"--output", "json", "--ingestion-id", "again"});
  ASSERT_EQ(again.status, 0) << again.out << again.err;
  EXPECT_EQ(json::parse(again.out)["analysis"]["files_changed"], 0);

  const Ended text = argusctl({"graph", "summary"});
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr(dataset_), HasSubstr("again"), HasSubstr("Go")));
  const json summary = json::parse(argusctl({"graph", "summary"}, {"--output", "json"}).out);
  EXPECT_EQ(summary["ingestion_id"], "again");
  EXPECT_EQ(summary["nodes"]["File"], 4);
  EXPECT_GE(summary["edges"]["CALLS"], 1);
  EXPECT_THAT(argusctl({"graph", "dump"}).out, HasSubstr("main.go"));

  // The same identity once more: answered, although nothing is left to do.
  const Ended repeat = argusctl({"ingest", tree_.path()}, {"--ingestion-id", "again"});
  EXPECT_EQ(repeat.status, 0) << repeat.out << repeat.err;
}

TEST_F(ArgusctlTest, SaysWhyTheWorkerRefuses) {
  const auto worker = start_worker({"WORKER_FILE_BYTES_MAX=40"});
  const Ended ended = argusctl({"ingest", tree_.path()}, {"--timeout", "100", "-o", "json"});
  ASSERT_EQ(ended.status, 4) << ended.out << ended.err << worker->err();
  const json report = json::parse(ended.out);
  EXPECT_EQ(report["status"], "refused");
  EXPECT_EQ(report["refusal"]["reason"], "oversize_file");
  EXPECT_THAT(report["refusal"]["message"].get<std::string>(), HasSubstr("main.go"));
}

TEST_F(ArgusctlTest, GivesUpWaitingInTime) {
  const Ended ended = argusctl({"ingest", tree_.path()}, {"--timeout", "1"});
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("No answer after"), HasSubstr("was sent whole")));
}

TEST_F(ArgusctlTest, EndsAtOnceWhenInterrupted) {
  for (const int signal_number : {SIGINT, SIGTERM}) {
    Program program(command({"ingest", tree_.path()}, {"--timeout", "600"}), environment_);
    ASSERT_TRUE(eventually([&] {
      return program.err().find("Waiting for the analysis") != std::string::npos;
    })) << program.err();
    program.send(signal_number);
    EXPECT_EQ(program.wait(), 128 + signal_number);
    EXPECT_THAT(program.err(), AllOf(HasSubstr("interrupted"), HasSubstr("was sent whole")));
  }
}

// Both halves of --in-cluster are the program itself; only the cluster between them is played.
class InClusterTest : public ArgusctlTest {
 protected:
  void SetUp() override {
    ArgusctlTest::SetUp();
    kubectl_.write("pod.py", R"(
import json, os, sys
words = json.load(open("job"))["spec"]["template"]["spec"]["containers"][0]["args"]
os.makedirs("tree")
here = [os.path.abspath("tree") if word == "/tree" else word for word in words]
os.execv(sys.argv[1], ["argusctl"] + here)
)");
    kubectl_.attach_does(std::string("rm -rf tree; echo > attached; exec python3 pod.py ") +
                         kArgusctl);
  }
  [[nodiscard]] std::vector<std::string> there(std::vector<std::string> more) const {
    more.insert(more.end(), {"--in-cluster", "--kubectl=" + kubectl_.path() + "/kubectl"});
    return more;
  }
  KubectlScript kubectl_;
};

TEST_F(InClusterTest, AnIngestionAndItsGraphAreTheSameAsFromHere) {
  const auto worker = start_worker();
  const Ended ended = argusctl({"ingest", tree_.path()}, there({"-o", "json", "--timeout=100"}));
  ASSERT_EQ(ended.status, 0) << ended.out << ended.err << worker->err();
  EXPECT_THAT(ended.err, AllOf(HasSubstr("1 binary: logo.png"), HasSubstr("on main")));
  const json report = json::parse(ended.out);
  EXPECT_EQ(report["files"], 4);
  EXPECT_EQ(report["skipped"]["binary"], 1);
  EXPECT_EQ(report["analysis"]["files_changed"], 4);
  EXPECT_FALSE(kubectl_.job_exists());
  // Sent again from here there is nothing to do: the pod's tree was this one, byte for byte.
  const Ended again = argusctl({"ingest", tree_.path()}, {"-o", "json", "--timeout=100"});
  ASSERT_EQ(again.status, 0) << again.out << again.err;
  const json second = json::parse(again.out);
  EXPECT_EQ(second["analysis"]["files_changed"], 0);
  EXPECT_EQ(second["repository"], report["repository"]);
  EXPECT_EQ(second["files"], report["files"]);

  for (const char* what : {"summary", "dump"}) {
    const Ended far = argusctl({"graph", what}, there({}));
    ASSERT_EQ(far.status, 0) << far.err;
    EXPECT_EQ(far.out, argusctl({"graph", what}).out);
    EXPECT_THAT(far.out, Not(testing::IsEmpty()));
  }
}

TEST_F(InClusterTest, WhatFailsThereIsSaidHere) {
  const Ended ended = argusctl({"graph", "summary"}, there({}));
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("There is no graph " + dataset_));
  const Ended late = argusctl({"ingest", tree_.path()}, there({"--timeout=1"}));
  EXPECT_EQ(late.status, 3) << late.err;
  EXPECT_THAT(late.out, HasSubstr("No answer after"));
  const Ended wrong = argusctl({"ingest", tree_.path()}, there({}), {"KAFKA_SECURITY_PROTOCOL=X"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("KAFKA_SECURITY_PROTOCOL is \"X\""));
}

TEST_F(InClusterTest, AnInterruptionDeletesTheJob) {
  Program program(command({"ingest", tree_.path()}, there({"--timeout=600"})), environment_);
  ASSERT_TRUE(eventually([&] {
    return program.err().find("Waiting for the analysis") != std::string::npos;
  })) << program.err();
  EXPECT_TRUE(kubectl_.job_exists());
  program.send(SIGTERM);
  EXPECT_EQ(program.wait(), 128 + SIGTERM);
  EXPECT_THAT(program.err(), AllOf(HasSubstr("interrupted"), HasSubstr("goes on")));
  EXPECT_FALSE(kubectl_.job_exists());
}

TEST_F(ArgusctlTest, SaysThatThereIsNoSuchGraph) {
  for (const char* what : {"summary", "dump"}) {
    const Ended ended = argusctl({"graph", what});
    EXPECT_EQ(ended.status, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr("There is no graph " + dataset_));
  }
}

TEST_F(ArgusctlTest, SaysWhatKeepsItFromSending) {
  const Ended unset = argusctl({"ingest", tree_.path()}, {"--brokers", ""});
  EXPECT_EQ(unset.status, 2);
  EXPECT_THAT(unset.err, HasSubstr("KAFKA_BOOTSTRAP_SERVERS is not set"));
  const Ended no_topic = argusctl({"ingest", tree_.path()}, {"--no-wait", "--topic-prefix", "no."});
  EXPECT_EQ(no_topic.status, 1);
  EXPECT_THAT(no_topic.err, HasSubstr("no.argus.codebase.ingested"));
  const Ended no_tree = argusctl({"ingest", tree_.path() + "/none"}, {"--no-wait"});
  EXPECT_EQ(no_tree.status, 1);
  EXPECT_THAT(no_tree.err, HasSubstr("cannot be read"));
  const fakes::TemporaryDirectory empty;
  const Ended nothing = argusctl({"ingest", empty.path()}, {"--no-wait"});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.err, HasSubstr("--allow-empty"));
}

}  // namespace
}  // namespace argus::cli
