// The source's contract against the topic in memory.
#include "fakes/fake_broker.h"
#include "source_contract.h"

namespace argus::worker::kafka {
namespace {

class FakeTopic final : public TestTopic {
 public:
  Source& join(RebalanceListener& listener) override {
    source_ = std::make_unique<FakeSource>(listener);
    for (Record& record : early_) source_->append(place(), std::move(record));
    return *source_;
  }
  void append(const std::string& value, const RecordHeaders& headers) override {
    Record record;
    record.value = value;
    record.headers = headers;
    early_.push_back(std::move(record));
  }
  [[nodiscard]] TopicPartition place() const override { return {"contract", 0}; }

 private:
  std::vector<Record> early_;
  std::unique_ptr<FakeSource> source_;
};

INSTANTIATE_TEST_SUITE_P(Fake, SourceContract,
                         testing::Values(TopicKind{"fake",
                                                   []() -> std::unique_ptr<TestTopic> {
                                                     return std::make_unique<FakeTopic>();
                                                   }}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace argus::worker::kafka
