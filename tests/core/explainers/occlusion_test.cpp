#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

double log_odds(double p) { return std::log(p / (1 - p)); }

Image hidden(const Image& image, const Rect& patch, std::uint8_t value) {
  Image out = image;
  for (int y = patch.top; y < patch.top + patch.height; ++y)
    for (int x = patch.left; x < patch.left + patch.width; ++x) std::fill_n(out.at(y, x), 3, value);
  return out;
}

}  // namespace

TEST_CASE("occluding part of a linear model takes away the sum of weight times what is lost") {
  const auto weights = random_values(12 * 8 * 3, 0.05f, 5);
  const auto network = network_of(linear_network(12, 8, 3, weights));
  const Image image = random_picture(12, 8);
  // Tiles that do not overlap: every pixel's value is the drop of one patch.
  const auto map = explain("occlusion", *network, image, {.given = {{"window", "4"}, {"stride", "4"}, {"fill", "black"}}})->heatmap();
  const double p = probability(*network, image);
  for (int top = 0; top < 12; top += 4)
    for (int left = 0; left < 8; left += 4) {
      double lost = 0;
      for (int y = top; y < top + 4; ++y)
        for (int x = left; x < left + 4; ++x)
          for (std::size_t c = 0; c < 3; ++c)
            lost += double(weights[std::size_t((y * 8 + x) * 3) + c]) * image.at(y, x)[c] / 127.5;  // black is 0 of 0..255
      const double drop = map.values[std::size_t(top * 8 + left)];
      // p is a float32 near 1/2: 6e-8, and the log odds multiply that by 4.
      CHECK(log_odds(p) - log_odds(p - drop) == Approx(lost).margin(2e-6));
      CHECK(map.values[std::size_t((top + 3) * 8 + left + 3)] == map.values[std::size_t(top * 8 + left)]);
    }
}

TEST_CASE("occlusion is what hiding every patch by hand gives, overlaps averaged, far edges covered") {
  const auto network = network_of(gap_network(11, 17));
  const Image image = random_picture(11, 17);
  const auto map = explain("occlusion", *network, image, {.target = 1, .given = {{"window", "5"}, {"stride", "4"}}})->heatmap();
  const double p = probability(*network, image, 1);
  std::vector<double> sums(11 * 17), counts(11 * 17);
  for (const int top : {0, 4, 6})
    for (const int left : {0, 4, 8, 12}) {
      const double drop = p - probability(*network, hidden(image, {top, left, 5, 5}, 128), 1);
      for (int y = top; y < top + 5; ++y)
        for (int x = left; x < left + 5; ++x) sums[std::size_t(y * 17 + x)] += drop, ++counts[std::size_t(y * 17 + x)];
    }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    REQUIRE(counts[i] > 0);
    // The passes are the same; the sums differ in order only.
    CHECK(map.values[i] == Approx(sums[i] / counts[i]).margin(1e-7));
  }
}

TEST_CASE("window and stride 0 are a seventh of the shorter side and a quarter of that") {
  const auto network = network_of(gap_network(28, 42));
  const Image image = random_picture(28, 42);
  const auto automatic = explain("occlusion", *network, image);
  const auto given = explain("occlusion", *network, image, {.given = {{"window", "4"}, {"stride", "1"}}});
  CHECK(automatic->heatmap().values == given->heatmap().values);
  CHECK(finding(*automatic, "patches") == 25 * 39);
}

TEST_CASE("a window as large as the input hides everything: one value everywhere") {
  const auto network = network_of(gap_network(6, 6));
  const auto map = explain("occlusion", *network, random_picture(6, 6), {.given = {{"window", "6"}}})->heatmap();
  CHECK(std::ranges::count(map.values, map.values[0]) == 36);
}

TEST_CASE("hiding a picture behind its own mean changes nothing when it has one colour") {
  const auto network = network_of(gap_network(10, 10));
  const Image flat{10, 10, std::vector<std::uint8_t>(300, 77)};
  for (const float value : explain("occlusion", *network, flat, {.given = {{"fill", "mean"}}})->heatmap().values) CHECK(value == 0);
}

TEST_CASE("an unfinished occlusion map already spans the picture") {
  const auto network = network_of(gap_network(64, 64));
  const auto explanation = start("occlusion", *network, random_picture(64, 64));
  while (explanation->progress() < 0.1) REQUIRE(explanation->step().has_value());
  const auto map = explanation->heatmap();
  int upper = 0, lower = 0;
  for (std::size_t i = 0; i < map.values.size(); ++i) (i < map.values.size() / 2 ? upper : lower) += map.values[i] != 0;
  CHECK(upper > 0);
  CHECK(lower > 0);
}

TEST_CASE("a window larger than the input's shorter side is refused") {
  const auto network = network_of(gap_network(20, 30));
  const auto started = try_start("occlusion", *network, random_picture(20, 30), {.given = {{"window", "21"}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::out_of_range);
  CHECK(started.error().message == "occlusion: window is 21, wanted at most 20, the shorter side of the network's 20 x 30 input");
}

TEST_CASE("a stride that would leave pixels uncovered is refused") {
  const auto network = network_of(gap_network(20, 30));
  const auto started = try_start("occlusion", *network, random_picture(20, 30), {.given = {{"window", "4"}, {"stride", "5"}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::out_of_range);
  CHECK(started.error().message ==
        "occlusion: stride is 5, wanted at most the window's 4, or the pixels between two patches are never covered");
}
