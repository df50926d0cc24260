#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

/// Two classes; logit 0 is v . relu(W x) for a picture of 1 x 2 grey pixels, W [2, 2], v [2].
std::vector<std::byte> two_units(const std::vector<float>& w, std::vector<float> v) {
  TfliteBuilder b;
  const int image = b.input({1, 1, 2, 1});
  const int hidden =
      b.fully_connected(b.reshape(image, {1, 2}), b.constant(Shape{2, 2}, w), kNoTensor, Activation::relu);
  v.insert(v.end(), {0, 0});
  b.output(b.softmax(b.fully_connected(hidden, b.constant(Shape{2, 2}, v))));
  return b.build();
}

Image grey(std::vector<std::uint8_t> levels) {
  Image image{1, int(levels.size()), {}};
  for (const auto level : levels) image.pixels.insert(image.pixels.end(), 3, level);
  return image;
}

std::vector<float> signed_map(std::string_view id, const std::vector<std::byte>& network, const Image& image) {
  return explain(id, *network_of(network), image, {.given = {{"channels", "signed-sum"}}})->heatmap().values;
}

}  // namespace

TEST_CASE("the gradient of a linear network is its weights") {
  const auto weights = random_values(4 * 5 * 3, 1, 4);
  const auto network = network_of(linear_network(4, 5, 3, weights));
  const auto map = explain("gradient", *network, random_picture(4, 5))->heatmap();
  for (std::size_t i = 0; i < map.values.size(); ++i)
    CHECK(map.values[i] == std::max({std::abs(weights[3 * i]), std::abs(weights[3 * i + 1]), std::abs(weights[3 * i + 2])}));
}

TEST_CASE("input times gradient of a linear network without bias sums to the logit") {
  const auto network = network_of(linear_network(6, 5, 3, random_values(90, 1, 4)));
  const auto found = explain("input-x-gradient", *network, random_picture(6, 5));
  const auto values = found->heatmap().values;
  // 90 products in float32
  CHECK(std::accumulate(values.begin(), values.end(), 0.0) == Approx(finding(*found, "twin_logit")).margin(1e-4));
}

// x = (1, -1) (bytes 255 and 0) gives W x = (1, -1, ...): the first unit is on, the second off.
TEST_CASE("rectifiers let back what each method's rule says") {
  const Image image = grey({255, 0});
  SECTION("a unit that is off: only the deconvnet passes it") {
    const auto network = two_units({1, 0, 0, 1}, {2, 3});
    CHECK(signed_map("gradient", network, image) == std::vector<float>{2, 0});
    CHECK(signed_map("guided-backprop", network, image) == std::vector<float>{2, 0});
    CHECK(signed_map("deconvnet", network, image) == std::vector<float>{2, 3});
  }
  SECTION("a negative signal: only the gradient passes it") {
    const auto network = two_units({1, 0, 0, -1}, {-2, 3});
    CHECK(signed_map("gradient", network, image) == std::vector<float>{-2, -3});
    CHECK(signed_map("guided-backprop", network, image) == std::vector<float>{0, -3});
    CHECK(signed_map("deconvnet", network, image) == std::vector<float>{0, -3});
  }
}

TEST_CASE("a gradient comes with the logits of the network and of its float twin, equal for a float network") {
  const auto network = network_of(gap_network(8, 8));
  const auto found = explain("gradient", *network, random_picture(8, 8), {.target = 2});
  CHECK(finding(*found, "logit") == Approx(finding(*found, "twin_logit")).margin(1e-5));
  CHECK(finding(*found, "twin_gap") == Approx(0).margin(1e-5));
}

TEST_CASE("a network that answers NaN is an error, not a map") {
  const auto network = network_of(overflowing_network(8, 8));
  for (const auto* id : {"gradient", "smoothgrad", "integrated-gradients", "guided-backprop"}) {
    INFO(id);
    const auto step = start(id, *network, {8, 8, std::vector<std::uint8_t>(192, 255)})->step();
    REQUIRE_FALSE(step);
    CHECK(step.error().code == ErrorCode::not_finite);
  }
}

TEST_CASE("a gradient that overflows is an error that names the sample") {
  // d y / d x = v W = 3e38 * 3e38; the unit is off at x = -1, but the deconvnet does not mind.
  const auto network = network_of(two_units({3e38f, 0, 0, 1}, {3e38f, 1}));
  const auto step = start("deconvnet", *network, grey({0, 0}))->step();
  REQUIRE_FALSE(step);
  CHECK(step.error().code == ErrorCode::not_finite);
  CHECK(step.error().message == "deconvnet: the gradient of sample 0 has values that are NaN or infinite");
}

TEST_CASE("the gradient of a class that is not there is refused") {
  const auto network = network_of(gap_network(8, 8));
  const auto started = try_start("gradient", *network, random_picture(8, 8), {.target = 3});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::out_of_range);
  CHECK(started.error().message == "gradient: class 3: wanted an index 0 to 2");
}
