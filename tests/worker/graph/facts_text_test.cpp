#include "graph/facts_text.h"

#include <gtest/gtest.h>

namespace argus::worker {
namespace {

TEST(FactsText, ReadsBackWhatItWrote) {
  FileFacts facts;
  facts.imports = {{"k8s.io/api/core/v1", "v1", 3}, {"tab\there\\and\nline", "", 4}};
  facts.references = {{ReferenceKind::kCall, 7, "type:Pod", "Validate", 12},
                      {ReferenceKind::kType, kNoDefinition, "", "Pod\\t", 13}};
  FileFacts back;
  decode_references(encode_references(facts), back);
  ASSERT_EQ(back.imports.size(), 2U);
  EXPECT_EQ(back.imports[0].alias, "v1");
  EXPECT_EQ(back.imports[1].module, "tab\there\\and\nline");
  ASSERT_EQ(back.references.size(), 2U);
  EXPECT_EQ(back.references[0].from, 7U);
  EXPECT_EQ(back.references[0].qualifier, "type:Pod");
  EXPECT_EQ(back.references[1].kind, ReferenceKind::kType);
  EXPECT_EQ(back.references[1].from, kNoDefinition);
  EXPECT_EQ(back.references[1].name, "Pod\\t");
}

TEST(FactsText, KeepsOneOfEqualReferences) {
  FileFacts facts;
  facts.references = {{ReferenceKind::kCall, 0, "", "f", 1}, {ReferenceKind::kCall, 0, "", "f", 2}};
  FileFacts back;
  decode_references(encode_references(facts), back);
  ASSERT_EQ(back.references.size(), 1U);
  EXPECT_EQ(back.references[0].line, 1U);
}

TEST(FactsText, SkipsWhatItCannotRead) {
  FileFacts back;
  decode_references("nonsense\nC\tx\t\tf\t1\nC\t0\t\tf\t1\n", back);
  EXPECT_EQ(back.references.size(), 1U);
}

}  // namespace
}  // namespace argus::worker
