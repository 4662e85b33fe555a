// The source's contract against a real broker.
#include "real_broker.h"
#include "source_contract.h"

namespace argus::worker::kafka {
namespace {

class BrokerTopic final : public TestTopic {
 public:
  explicit BrokerTopic(const ConnectionOptions& broker) : broker_(broker), topic_(broker, 1) {}

  Source& join(RebalanceListener& listener) override {
    consumer_ = std::make_unique<Consumer>(
        ConsumerOptions{broker_, unique_name("group"), {topic_.name()}}, listener);
    return *consumer_;
  }
  void append(const std::string& value, const RecordHeaders& headers) override {
    const OutboundRecord record{topic_.name(), std::nullopt, value, headers};
    producer_.publish({&record, 1});
  }
  [[nodiscard]] TopicPartition place() const override { return {topic_.name(), 0}; }

 private:
  const ConnectionOptions broker_;
  RealTopic topic_;
  Producer producer_{{broker_}};
  std::unique_ptr<Consumer> consumer_;
};

std::unique_ptr<TestTopic> make() {
  const auto broker = real_broker();
  return broker ? std::make_unique<BrokerTopic>(*broker) : nullptr;
}

INSTANTIATE_TEST_SUITE_P(Real, SourceContract, testing::Values(TopicKind{"real", make}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace argus::worker::kafka
