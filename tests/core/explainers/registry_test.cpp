#include <catch2/catch_test_macros.hpp>
#include <set>

#include "explainers/explainer.h"

using namespace whybox;

TEST_CASE("methods are found by their ids, which are unique") {
  std::set<std::string_view> ids;
  for (const Method* method : methods()) {
    ids.insert(method->id);
    const auto found = find_method(method->id);
    REQUIRE(found);
    CHECK(*found == method);
  }
  CHECK(ids.size() == methods().size());
}

TEST_CASE("an unknown method is refused with the ones there are") {
  const auto found = find_method("tarot");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::invalid_argument);
  CHECK(found.error().message.starts_with("unknown method \"tarot\"; there are: grad-cam, occlusion, rise, lime"));
}
