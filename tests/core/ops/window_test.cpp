#include "ops/window.h"

#include <catch2/catch_test_macros.hpp>

using namespace whybox;

TEST_CASE("SAME padding keeps ceil(in / stride) and puts the odd pixel after") {
  const auto w = make_window(224, 224, 3, 3, {2, 2}, {1, 1}, Padding::same);
  REQUIRE(w.has_value());
  CHECK(w->out_height == 112);
  CHECK((w->pad_top == 0 && w->pad_bottom == 1));
  CHECK(w->rest_height() == 0);
}

TEST_CASE("VALID windows stay inside and leave the rest over") {
  const auto w = make_window(10, 9, 3, 3, {2, 2}, {1, 1}, Padding::valid);
  REQUIRE(w.has_value());
  CHECK((w->out_height == 4 && w->out_width == 4));
  CHECK((w->rest_height() == 1 && w->rest_width() == 0));
}

TEST_CASE("a dilated kernel reaches (k - 1) d + 1 pixels") {
  const auto w = make_window(9, 9, 3, 3, {1, 1}, {4, 4}, Padding::valid);
  REQUIRE(w.has_value());
  CHECK(w->out_height == 1);
  const auto too_far = make_window(8, 9, 3, 3, {1, 1}, {4, 4}, Padding::valid);
  REQUIRE(!too_far.has_value());
  CHECK(too_far.error().message == "a 9x9 window does not fit an input of 8x9");
}

TEST_CASE("a stride of 0 is refused by name") {
  const auto w = make_window(9, 9, 3, 3, {0, 1}, {1, 1}, Padding::same);
  REQUIRE(!w.has_value());
  CHECK(w.error().code == ErrorCode::bad_model);
  CHECK(w.error().message == "stride_h is 0, must be 1 to 16384");
}

TEST_CASE("a transposed convolution's output must lead back to its input") {
  CHECK(make_transposed_window(9, 7, 18, 14, 3, 3, {2, 2}, {1, 1}, Padding::same).has_value());
  const auto wrong = make_transposed_window(9, 7, 20, 14, 3, 3, {2, 2}, {1, 1}, Padding::same);
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().message == "an output of 20x14 needs an input of 10x7, got 9x7");
}
