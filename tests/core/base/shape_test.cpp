#include "base/shape.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

using namespace whybox;

TEST_CASE("a shape's element count is the product of its extents") {
  CHECK(element_count({1, 224, 224, 3}) == 150'528);
  CHECK(element_count({}) == 1);
  CHECK(element_count({5, 0, 7}) == 0);
}

TEST_CASE("a hostile shape's element count saturates instead of wrapping around") {
  constexpr int kMost = std::numeric_limits<int>::max();
  CHECK(element_count({kMost, 2}) == 2 * std::int64_t{kMost});
  CHECK(element_count({kMost, kMost, kMost, kMost}) == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("a shape is written as a bracketed list") {
  CHECK(to_string(Shape{1, 224, 224, 3}) == "[1, 224, 224, 3]");
  CHECK(to_string(Shape{}) == "[]");
}
