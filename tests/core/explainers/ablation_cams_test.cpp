// Class activation maps whose weights come from forward passes: Score-CAM and Ablation-CAM.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "explainers/score_pass.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

constexpr std::size_t kMaps = 4;  // of gap_network

Tensor features_of(Network& network, const Image& image) {
  const auto pass = must(ScorePass::run(network, network.classifier().encoder().normalize(image), 1, 0));
  return must(pass.activation(must(network.layer("features"))->tensor));
}

std::vector<double> map_of(const Tensor& features, const std::vector<double>& weights) {
  std::vector<double> map(features.values.size() / kMaps);
  for (std::size_t i = 0; i < features.values.size(); ++i) map[i / kMaps] += weights[i % kMaps] * features.values[i];
  for (double& value : map) value = std::max(value, 0.0);
  return map;
}

void check_close(const std::vector<float>& map, const std::vector<double>& wanted) {
  REQUIRE(map.size() == wanted.size());
  // logits of size 1 in float32, and a weight is the difference of two
  for (std::size_t i = 0; i < map.size(); ++i) CHECK(map[i] == Approx(wanted[i]).epsilon(1e-4).margin(1e-5));
}

}  // namespace

TEST_CASE("on a pooled head, switching off a feature map costs its weight times its mean") {
  const auto weights = gap_weights(3);
  const auto network = network_of(gap_network(7, 9, 3, weights));
  const Image image = random_picture(7, 9);
  const Tensor features = features_of(*network, image);
  for (std::size_t target = 0; target < 3; ++target) {
    std::vector<double> drops(kMaps);
    for (std::size_t i = 0; i < features.values.size(); ++i) drops[i % kMaps] += features.values[i] / 63.0;
    for (std::size_t k = 0; k < kMaps; ++k) drops[k] *= weights.dense[target * kMaps + k];
    check_close(explain("ablation-cam", *network, image, {.target = int(target)})->heatmap().values, map_of(features, drops));
  }
}

TEST_CASE("Score-CAM weighs feature maps by the softmax of the logits of the picture seen through them") {
  const auto network = network_of(gap_network(7, 9));
  const Image image = random_picture(7, 9);
  const Tensor features = features_of(*network, image);
  const auto x = network->classifier().encoder().normalize(image);
  for (int target = 0; target < 3; ++target) {
    std::vector<double> weights(kMaps);
    for (std::size_t k = 0; k < kMaps; ++k) {
      std::vector<float> mask;  // the layer has the picture's size, so nothing is enlarged
      for (std::size_t i = k; i < features.values.size(); i += kMaps) mask.push_back(features.values[i]);
      const auto [low, high] = std::ranges::minmax(mask);
      REQUIRE(high > low);
      auto masked = x;
      for (std::size_t i = 0; i < x.size(); ++i) masked[i] *= (mask[i / 3] - low) / (high - low);
      weights[k] = std::exp(double(must(ScorePass::run(*network, masked, 1, target)).scores()[0]));
    }
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights) weight /= sum;
    check_close(explain("score-cam", *network, image, {.target = target})->heatmap().values, map_of(features, weights));
  }
}

TEST_CASE("feature maps past the first batch count, too") {
  TfliteBuilder b;  // 300 feature maps: several steps of several batches, the last not full
  constexpr std::size_t kMany = 300;
  const int image = b.input({1, 4, 5, 3});
  ConvAttributes a = TfliteBuilder::same_padding();
  a.activation = Activation::relu;
  const auto dense = random_values(2 * kMany, 1, 5);
  const int features = b.conv_2d(image, b.constant(Shape{300, 1, 1, 3}, random_values(3 * kMany, 1, 4)), kNoTensor, a,
                                 {.name = "features"});
  b.output(b.softmax(b.fully_connected(b.mean(features, {1, 2}), b.constant(Shape{2, 300}, dense))));
  const auto network = network_of(b.build());
  const Image picture = random_picture(4, 5);
  const Tensor activation = features_of(*network, picture);
  std::vector<double> drops(kMany), wanted(20);
  for (std::size_t i = 0; i < activation.values.size(); ++i) drops[i % kMany] += dense[i % kMany] * activation.values[i] / 20.0;
  for (std::size_t i = 0; i < activation.values.size(); ++i) wanted[i / kMany] += drops[i % kMany] * activation.values[i];
  for (double& value : wanted) value = std::max(value, 0.0);
  check_close(explain("ablation-cam", *network, picture)->heatmap().values, wanted);
  CHECK(explain("score-cam", *network, picture)->heatmap().values.size() == 20);
}

TEST_CASE("layers that cannot be masked or switched off are refused") {
  const auto network = network_of(gap_network(8, 8));
  for (const auto* id : {"score-cam", "ablation-cam"}) {
    const auto started = try_start(id, *network, random_picture(8, 8), {.given = {{"layer", "mean"}}});
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::invalid_argument);
    CHECK(started.error().message.starts_with(std::string(id) + ": layer \"mean\" (mean) has shape [1, 4]"));
  }
}

TEST_CASE("activations that overflow make neither Score-CAM nor Ablation-CAM") {
  GapWeights weights = gap_weights(3);
  std::ranges::fill(weights.convolution, 3e38f);
  const auto network = network_of(gap_network(8, 8, 3, weights));
  for (const auto* id : {"score-cam", "ablation-cam"}) {
    INFO(id);
    const auto step = start(id, *network, {8, 8, std::vector<std::uint8_t>(192, 255)})->step();
    REQUIRE_FALSE(step);
    CHECK(step.error().code == ErrorCode::not_finite);
  }
}
