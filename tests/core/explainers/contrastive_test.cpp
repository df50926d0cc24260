#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

/// y^0 = w.x, y^1 = 0, with one pixel that speaks for class 0 and one that speaks against it.
std::vector<std::byte> two_pixels() {
  std::vector<float> weights(12);
  for (std::size_t c = 0; c < 3; ++c) weights[c] = 2, weights[9 + c] = -2;
  return linear_network(2, 2, 3, weights);
}

Image grey_levels(const std::vector<int>& levels) {
  Image image{2, 2, {}};
  for (const int level : levels) image.pixels.insert(image.pixels.end(), 3, std::uint8_t(level));
  return image;
}

}  // namespace

TEST_CASE("a pertinent negative is added where it speaks against the class, and flips it") {
  const auto network = network_of(two_pixels());
  const auto explanation = explain("contrastive", *network, grey_levels({180, 60, 60, 60}), {.target = 0});
  REQUIRE(finding(*explanation, "found") == 1);
  CHECK(finding(*explanation, "class") == 1);
  const auto map = explanation->heatmap().values;
  CHECK(map[3] > 0);  // the pixel against class 0 is brightened
  for (const std::size_t i : {0u, 1u, 2u}) CHECK(map[i] == 0);
}

TEST_CASE("a pertinent positive keeps of the picture what suffices, and nothing else") {
  const auto network = network_of(two_pixels());
  const auto explanation = explain("contrastive", *network, grey_levels({220, 200, 150, 100}), {.target = 0, .given = {{"looks-for", "positive"}}});
  REQUIRE(finding(*explanation, "found") == 1);
  CHECK(finding(*explanation, "class") == 0);
  const auto map = explanation->heatmap().values;
  CHECK(map[0] > 0);
  CHECK(std::abs(map[1]) < 1e-3);
  CHECK(std::abs(map[2]) < 1e-3);
}

TEST_CASE("of two classes, the other one is the one that it is set against") {
  const auto network = network_of(two_pixels());
  const Image image = grey_levels({180, 60, 60, 60});
  const auto wanted = explain("contrastive", *network, image, {.target = 0})->heatmap().values;
  CHECK(explain("contrastive", *network, image, {.target = Target(0, 1)})->heatmap().values == wanted);
}

TEST_CASE("where no change suffices, the answer is that there is none") {
  const auto network = network_of(linear_network(2, 2, 3, std::vector<float>(12)));  // both logits are always 0
  const auto explanation = explain("contrastive", *network, grey_levels({180, 60, 60, 60}), {.target = 0});
  CHECK(finding(*explanation, "found") == 0);
  CHECK(std::ranges::all_of(explanation->heatmap().values, [](float value) { return value == 0; }));
}
