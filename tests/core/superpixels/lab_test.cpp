#include "superpixels/lab.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace whybox;

namespace {
void check(std::array<std::uint8_t, 3> rgb, Lab wanted) {
  const Lab lab = to_lab({1, 1, {rgb[0], rgb[1], rgb[2]}}).at(0);
  // Published values are given to two decimals, and tables differ in the last digits of the white point.
  for (std::size_t c = 0; c < 3; ++c) CHECK(lab[c] == Catch::Approx(wanted[c]).margin(0.03));
}
}  // namespace

TEST_CASE("sRGB colours have the CIELAB coordinates that colour tables give them") {
  check({255, 255, 255}, {100, 0, 0});
  check({0, 0, 0}, {0, 0, 0});
  check({255, 0, 0}, {53.24f, 80.09f, 67.20f});
  check({0, 255, 0}, {87.73f, -86.18f, 83.18f});
  check({0, 0, 255}, {32.30f, 79.19f, -107.86f});
  check({119, 119, 119}, {50.03f, 0, 0});
}
