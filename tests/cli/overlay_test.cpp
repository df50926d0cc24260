#include "cli/overlay.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

using namespace whybox;
using namespace whybox::cli;

namespace {

/// OKLab lightness, from the published matrices (Ottosson 2020) and sRGB's curve: the way back from a colour's bytes.
double lightness(const Rgb& colour) {
  std::array<double, 3> linear{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double v = colour[i] / 255.0;
    linear[i] = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  }
  const auto [r, g, b] = linear;
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

// Colours have 256 steps per channel: in the dark, where the sRGB curve is steep, one is 0.01 of lightness.
constexpr double kStep = 0.012;

}  // namespace

TEST_CASE("the sequential scale's lightness grows in proportion") {
  const double low = lightness(sequential_colour(0)), high = lightness(sequential_colour(1));
  CHECK(high - low > 0.7);
  for (int i = 0; i <= 100; ++i) {
    const float t = static_cast<float>(i) / 100;
    INFO(t);
    CHECK(std::abs(lightness(sequential_colour(t)) - (low + (high - low) * t)) < kStep);
  }
}

TEST_CASE("the diverging scale is as dark on either side, blue below zero and red above") {
  for (int i = 0; i <= 100; ++i) {
    const float t = static_cast<float>(i) / 100;
    INFO(t);
    CHECK(std::abs(lightness(diverging_colour(t)) - lightness(diverging_colour(-t))) < kStep);
  }
  const Rgb negative = diverging_colour(-1), zero = diverging_colour(0), positive = diverging_colour(1);
  CHECK(negative[2] > negative[0]);
  CHECK(positive[0] > positive[2]);
  CHECK((zero[0] == zero[1] && zero[1] == zero[2]));
}

TEST_CASE("values beyond the scale take its ends") {
  CHECK(sequential_colour(7) == sequential_colour(1));
  CHECK(diverging_colour(-3) == diverging_colour(-1));
}

TEST_CASE("an opaque overlay shows the map alone, a transparent one the picture in grey") {
  const Image image{1, 2, {255, 0, 0, 0, 0, 0}};
  const Heatmap map{1, 2, {-2, 1}};
  const Image opaque = overlay(image, shown_map(map, MapKind::signed_map, {}), 1);
  const Rgb negative = diverging_colour(-1);
  CHECK(std::equal(negative.begin(), negative.end(), opaque.at(0, 0)));
  const Image clear = overlay(image, shown_map(map, MapKind::signed_map, {}), 0);
  CHECK(clear.pixels == std::vector<std::uint8_t>{76, 76, 76, 0, 0, 0});
}

TEST_CASE("a constant map is painted in one colour") {
  const Image image{1, 2, {9, 9, 9, 9, 9, 9}};
  for (const MapKind kind : {MapKind::signed_map, MapKind::unsigned_map}) {
    const Image painted = overlay(image, shown_map({1, 2, {0, 0}}, kind, {}), 1);
    CHECK(std::equal(painted.at(0, 0), painted.at(0, 0) + 3, painted.at(0, 1)));
  }
}

TEST_CASE("outlines lie where superpixels meet, and nowhere else") {
  const Image image{1, 4, std::vector<std::uint8_t>(12, 0)};
  const Image drawn = outlined(image, {1, 4, 2, {0, 0, 1, 1}});
  CHECK(drawn.at(0, 0)[0] == 0);
  CHECK(drawn.at(0, 1)[0] == 255);
  CHECK(drawn.at(0, 2)[0] == 0);
}
