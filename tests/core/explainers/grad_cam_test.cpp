#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

/// ReLU(sum_k w_k A^k) with the classifier's own weights: the class activation map of Zhou et al. 2016, eq. 2.
/// The 3x3 convolution is computed here.
std::vector<float> class_activation_map(const Image& image, const GapWeights& weights, int target) {
  std::vector<float> map;
  const auto x = [&](int y, int column, std::size_t c) {
    const bool inside = y >= 0 && column >= 0 && y < image.height && column < image.width;
    return inside ? (image.at(y, column)[c] - 127.5) / 127.5 : 0.0;
  };
  for (int y = 0; y < image.height; ++y)
    for (int column = 0; column < image.width; ++column) {
      double sum = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        double feature = 0.1;
        for (int dy = 0; dy < 3; ++dy)
          for (int dx = 0; dx < 3; ++dx)
            for (std::size_t c = 0; c < 3; ++c)
              feature += weights.convolution[((k * 3 + std::size_t(dy)) * 3 + std::size_t(dx)) * 3 + c] * x(y + dy - 1, column + dx - 1, c);
        sum += weights.dense[std::size_t(target) * 4 + k] * std::max(feature, 0.0);
      }
      map.push_back(float(std::max(sum, 0.0)));
    }
  return map;
}

}  // namespace

TEST_CASE("on a head of global average pooling, N times Grad-CAM is the class activation map") {
  const auto weights = gap_weights(3);
  const auto network = network_of(gap_network(9, 14, 3, weights));
  const Image image = random_picture(9, 14);
  for (int target = 0; target < 3; ++target) {
    const auto map = explain("grad-cam", *network, image, {.target = target})->heatmap();
    const auto cam = class_activation_map(image, weights, target);
    for (std::size_t i = 0; i < cam.size(); ++i) {
      // float32 sums of 27 products of numbers near 1
      CHECK(9 * 14 * map.values[i] == Approx(cam[i]).margin(1e-4));
    }
  }
}

TEST_CASE("the layer is the last spatial one unless another is named") {
  const auto network = network_of(gap_network(8, 8));
  const Image image = random_picture(8, 8);
  CHECK(explain("grad-cam", *network, image)->heatmap().values ==
        explain("grad-cam", *network, image, {.given = {{"layer", "features"}}})->heatmap().values);
}

TEST_CASE("Grad-CAM of a small layer is enlarged to the network's input") {
  TfliteBuilder b;
  const int image = b.input({1, 16, 24, 3});
  ConvAttributes strided = TfliteBuilder::same_padding();
  strided.stride = {4, 4};
  strided.activation = Activation::relu;
  const int features = b.conv_2d(image, b.constant(Shape{4, 3, 3, 3}, random_values(108, 1, 7)),
                                 b.constant(Shape{4}, std::vector<float>(4, 0.2f)), strided);
  b.output(b.softmax(b.fully_connected(b.mean(features, {1, 2}), b.constant(Shape{2, 4}, random_values(8, 3, 8)))));
  const auto network = network_of(b.build());
  const auto map = explain("grad-cam", *network, random_picture(16, 24))->heatmap();
  CHECK((map.height == 16 && map.width == 24));
  CHECK(std::ranges::all_of(map.values, [](float v) { return v >= 0; }));
}

TEST_CASE("the float twin's logit is reported beside the network's own, equal for a float network") {
  const auto network = network_of(gap_network(8, 8));
  const auto found = explain("grad-cam", *network, random_picture(8, 8), {.target = 2});
  CHECK(finding(*found, "logit") == Approx(finding(*found, "twin_logit")).margin(1e-5));
  CHECK(finding(*found, "twin_gap") == Approx(0).margin(1e-5));
}

TEST_CASE("a layer that is not there is refused with the ones there are") {
  const auto network = network_of(gap_network(8, 8));
  const auto started = try_start("grad-cam", *network, random_picture(8, 8), {.given = {{"layer", "nose"}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::invalid_argument);
  CHECK(started.error().message == "no layer \"nose\"; there are: features, mean, scores");
}

TEST_CASE("a layer without spatial extent is refused") {
  const auto network = network_of(gap_network(8, 8));
  const auto started = try_start("grad-cam", *network, random_picture(8, 8), {.given = {{"layer", "mean"}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::invalid_argument);
  CHECK(started.error().message ==
        "grad-cam: layer \"mean\" (mean) has shape [1, 4], wanted one with spatial extent, [1, H, W, C] with H W > 1");
}

TEST_CASE("Grad-CAM of a network whose activations overflow is an error, not a map") {
  // 27 weights of 3e38 on inputs of 1 make infinite features, and inf - inf scores.
  GapWeights weights = gap_weights(3);
  std::ranges::fill(weights.convolution, 3e38f);
  const auto network = network_of(gap_network(8, 8, 3, weights));
  const auto explanation = start("grad-cam", *network, {8, 8, std::vector<std::uint8_t>(192, 255)});
  const auto step = explanation->step();
  REQUIRE_FALSE(step);
  CHECK(step.error().code == ErrorCode::not_finite);
  CHECK(step.error().message == "grad-cam: the map of layer \"features\" has values that are NaN or infinite");
}
