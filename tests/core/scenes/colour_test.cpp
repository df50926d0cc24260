#include "scenes/colour.h"

#include <catch2/catch_test_macros.hpp>

using namespace whybox;

TEST_CASE("hue, saturation and lightness give the known colours") {
  const auto check = [](Colour got, Colour wanted) { CHECK(distance(got, wanted) < 1e-5f); };
  check(from_hsl(0, 1, 0.5f), {1, 0, 0});
  check(from_hsl(1.0f / 3, 1, 0.5f), {0, 1, 0});
  check(from_hsl(-1.0f / 3, 1, 0.5f), {0, 0, 1});
  check(from_hsl(0.3f, 0, 0.25f), {0.25f, 0.25f, 0.25f});
  check(from_hsl(1.0f / 6, 1, 0.75f), {1, 1, 0.5f});
}

TEST_CASE("turning a hue adds to it and keeps saturation and lightness") {
  for (const float hue : {0.0f, 0.1f, 0.4f, 0.7f, 0.95f})
    for (const float turn : {-0.5f, -0.2f, 0.25f, 0.5f}) {
      // 1e-5: a hue found back from 24-bit channels and sent out again.
      CHECK(distance(turned_hue(from_hsl(hue, 0.6f, 0.4f), turn), from_hsl(hue + turn, 0.6f, 0.4f)) < 1e-5f);
      CHECK(distance(turned_hue(from_hsl(hue, 0.5f, 0.7f), turn), from_hsl(hue + turn, 0.5f, 0.7f)) < 1e-5f);
    }
}

TEST_CASE("a whole turn of the hue changes no bit, and grey stays grey") {
  const Colour colour = from_hsl(0.37f, 0.61f, 0.43f);
  for (const float turns : {-1.0f, 0.0f, 2.0f}) CHECK(distance(turned_hue(colour, turns), colour) == 0);
  CHECK(distance(turned_hue({0.5f, 0.5f, 0.5f}, 0.3f), {0.5f, 0.5f, 0.5f}) == 0);
}
