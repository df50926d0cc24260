#include "decomposition/rule.h"

#include <catch2/catch_test_macros.hpp>

#include "support/tiny_networks.h"

using namespace whybox;
using whybox::testing::must;

TEST_CASE("every rule can be named, with its numbers or without") {
  CHECK(must(parse_rule("zero")).name == "zero");
  CHECK(must(parse_rule("epsilon 0.1")).stabilizer == 0.1f);
  CHECK(must(parse_rule("epsilon")).stabilizer == kStabilizer);
  CHECK(must(parse_rule(" gamma  0.5 ")).gamma == 0.5f);
  CHECK(must(parse_rule("gamma")).gamma == 0.25f);
  CHECK(must(parse_rule("alpha-beta 3 2")).shares[0].factor == 3);
  CHECK(must(parse_rule("alpha-beta")).shares[1].factor == -1);
  for (const auto* name : {"z-plus", "flat", "w-square", "z-box"}) CHECK(must(parse_rule(name)).name == name);
  CHECK(must(parse_rule("z-box")).reads_box());
  CHECK_FALSE(must(parse_rule("flat")).reads_box());
}

TEST_CASE("a rule that is none, or whose numbers make no sense, is refused by name") {
  const auto code = [](const char* text) {
    const auto rule = parse_rule(text);
    REQUIRE_FALSE(rule);
    CHECK(rule.error().message.find(text) != std::string::npos);
    return rule.error().code;
  };
  CHECK(code("nonsense") == ErrorCode::invalid_argument);
  CHECK(code("") == ErrorCode::invalid_argument);
  CHECK(code("epsilon much") == ErrorCode::invalid_argument);
  CHECK(code("epsilon nan") == ErrorCode::invalid_argument);
  CHECK(code("epsilon 1 2") == ErrorCode::invalid_argument);
  CHECK(code("gamma -1") == ErrorCode::out_of_range);
  CHECK(code("alpha-beta 2") == ErrorCode::invalid_argument);
  CHECK(code("alpha-beta 2 2") == ErrorCode::invalid_argument);
}
