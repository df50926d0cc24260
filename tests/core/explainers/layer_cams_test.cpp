// The class activation maps that read a layer's activation and gradient.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>

#include "explainers/score_pass.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

/// Three classes; a convolution with ReLU ("features", 5 maps), a hidden convolution, a dense layer on every position: the
/// gradient at "features" is different everywhere.
std::vector<std::byte> positional_network(int height, int width) {
  TfliteBuilder b;
  const int image = b.input({1, height, width, 3});
  ConvAttributes a = TfliteBuilder::same_padding();
  a.activation = Activation::relu;
  const int features = b.conv_2d(image, b.constant(Shape{5, 3, 3, 3}, random_values(135, 0.7f, 1)),
                                 b.constant(Shape{5}, std::vector<float>(5, 0.1f)), a, {.name = "features"});
  const int hidden = b.conv_2d(features, b.constant(Shape{4, 3, 3, 5}, random_values(180, 0.5f, 2)),
                               b.constant(Shape{4}, std::vector<float>(4, 0.1f)), a, {.name = "hidden"});
  const int count = height * width * 4;
  b.output(b.softmax(b.fully_connected(b.reshape(hidden, {1, count}),
                                       b.constant(Shape{3, count}, random_values(std::size_t(3 * count), 0.3f, 3)))));
  return b.build();
}

struct Slope {
  Tensor a, g;
  std::size_t maps, positions;
};

Slope slope_of(Network& network, const Image& image, int target) {
  const auto pass = must(ScorePass::run(network, network.classifier().encoder().normalize(image), 1, target));
  const TensorId layer = must(network.layer("features"))->tensor;
  Tensor a = must(pass.activation(layer)), g = must(pass.gradient(layer));
  const auto maps = std::size_t(a.shape[3]);
  const std::size_t positions = a.values.size() / maps;
  return {std::move(a), std::move(g), maps, positions};
}

/// ReLU(sum_k w(position, k) A^k(position)).
std::vector<double> by_hand(const Slope& s, const std::function<double(std::size_t position, std::size_t k)>& weight) {
  std::vector<double> map(s.positions);
  for (std::size_t i = 0; i < s.positions; ++i) {
    for (std::size_t k = 0; k < s.maps; ++k) map[i] += weight(i, k) * s.a.values[i * s.maps + k];
    map[i] = std::max(map[i], 0.0);
  }
  return map;
}

void check_map(std::string_view id, const std::vector<std::byte>& file,
               const std::function<double(const Slope&, std::size_t position, std::size_t k)>& weight) {
  const auto network = network_of(file);
  const Encoder& encoder = network->classifier().encoder();
  const Image image = random_picture(encoder.height(), encoder.width());
  for (int target = 0; target < 3; ++target) {
    const auto map = explain(id, *network, image, {.target = target, .given = {{"layer", "features"}}})->heatmap().values;
    const Slope slope = slope_of(*network, image, target);
    const auto wanted = by_hand(slope, [&](std::size_t i, std::size_t k) { return weight(slope, i, k); });
    CHECK(*std::ranges::max_element(wanted) > 0);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      INFO(id << ", class " << target << ", position " << i);
      CHECK(map[i] == Approx(wanted[i]).epsilon(1e-5).margin(1e-7));  // rounded to float32 once
    }
  }
}

double total(const Tensor& tensor, std::size_t maps, std::size_t k) {
  double sum = 0;
  for (std::size_t i = k; i < tensor.values.size(); i += maps) sum += tensor.values[i];
  return sum;
}

}  // namespace

TEST_CASE("HiResCAM weighs every place by its own gradient") {
  check_map("hires-cam", positional_network(6, 7), [](const Slope& s, std::size_t i, std::size_t k) {
    return double(s.g.values[i * s.maps + k]);
  });
}

TEST_CASE("LayerCAM weighs every place by its own gradient where that is positive") {
  check_map("layer-cam", positional_network(6, 7), [](const Slope& s, std::size_t i, std::size_t k) {
    return std::max(double(s.g.values[i * s.maps + k]), 0.0);
  });
}

TEST_CASE("XGrad-CAM averages the gradient by the activation's share") {
  check_map("xgrad-cam", positional_network(6, 7), [](const Slope& s, std::size_t, std::size_t k) {
    double sum = 0;
    for (std::size_t i = 0; i < s.positions; ++i) sum += double(s.a.values[i * s.maps + k]) * s.g.values[i * s.maps + k];
    const double all = total(s.a, s.maps, k);
    return all == 0 ? 0 : sum / all;
  });
}

TEST_CASE("Grad-CAM++ weighs by the paper's alphas") {
  check_map("grad-cam-plus-plus", positional_network(6, 7), [](const Slope& s, std::size_t, std::size_t k) {
    double weight = 0;
    for (std::size_t i = 0; i < s.positions; ++i) {
      const double g = s.g.values[i * s.maps + k];
      if (g > 0) weight += g * g * g / (2 * g * g + total(s.a, s.maps, k) * g * g * g);
    }
    return weight;
  });
}

TEST_CASE("where the gradient is the same everywhere, HiResCAM and XGrad-CAM are Grad-CAM") {
  const auto network = network_of(gap_network(9, 8));
  const Image image = random_picture(9, 8);
  for (int target = 0; target < 3; ++target) {
    const auto wanted = explain("grad-cam", *network, image, {.target = target})->heatmap().values;
    for (const auto* id : {"hires-cam", "xgrad-cam"}) {
      const auto map = explain(id, *network, image, {.target = target})->heatmap().values;
      for (std::size_t i = 0; i < map.size(); ++i) CHECK(map[i] == Approx(wanted[i]).epsilon(1e-5).margin(1e-8));
    }
  }
}

TEST_CASE("Eigen-CAM of feature maps that are multiples of one is that one, above its mean") {
  TfliteBuilder b;
  const int image = b.input({1, 6, 8, 1});
  ConvAttributes a = TfliteBuilder::same_padding();
  a.activation = Activation::relu;
  const int features = b.conv_2d(image, b.constant(Shape{3, 1, 1, 1}, std::vector<float>{1, 2, 2}), kNoTensor, a);
  b.output(b.softmax(b.fully_connected(b.mean(features, {1, 2}), b.constant(Shape{2, 3}, random_values(6, 1, 1)))));
  const auto network = network_of(b.build());
  const Image picture = random_picture(6, 8);
  const auto map = explain("eigen-cam", *network, picture)->heatmap().values;
  const auto x = network->classifier().encoder().normalize(picture);
  double mean = 0;
  for (const float value : x) mean += std::max(value, 0.0f) / double(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)  // the direction is (1, 2, 2) / 3, so the length of (1, 2, 2) r is 3 r
    CHECK(map[i] == Approx(3 * std::max(std::max(double(x[i]), 0.0) - mean, 0.0)).margin(1e-5));
}

TEST_CASE("Eigen-CAM does not ask for the class, and gives the same for layers wider than long") {
  const auto small = network_of(gap_network(1, 3)), large = network_of(gap_network(9, 9));  // 4 maps on 3 and on 81 places
  for (Network* network : {small.get(), large.get()}) {
    const Encoder& encoder = network->classifier().encoder();
    const Image image = random_picture(encoder.height(), encoder.width());
    const auto one = explain("eigen-cam", *network, image, {.target = 0})->heatmap().values;
    CHECK(explain("eigen-cam", *network, image, {.target = 2})->heatmap().values == one);
    CHECK(*std::ranges::max_element(one) > 0);
  }
}

TEST_CASE("layers without spatial extent are refused by every one of them") {
  const auto network = network_of(gap_network(8, 8));
  for (const auto* id : {"grad-cam-plus-plus", "hires-cam", "layer-cam", "xgrad-cam", "eigen-cam", "guided-grad-cam"}) {
    const auto started = try_start(id, *network, random_picture(8, 8), {.given = {{"layer", "mean"}}});
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::invalid_argument);
    CHECK(started.error().message.starts_with(std::string(id) + ": layer \"mean\" (mean) has shape [1, 4]"));
  }
}

TEST_CASE("activations that overflow are an error, not a map") {
  GapWeights weights = gap_weights(3);
  std::ranges::fill(weights.convolution, 3e38f);
  const auto network = network_of(gap_network(8, 8, 3, weights));
  for (const auto* id : {"cam", "grad-cam-plus-plus", "hires-cam", "layer-cam", "xgrad-cam", "eigen-cam", "guided-grad-cam"}) {
    INFO(id);
    const auto step = start(id, *network, {8, 8, std::vector<std::uint8_t>(192, 255)})->step();
    REQUIRE_FALSE(step);
    CHECK(step.error().code == ErrorCode::not_finite);
  }
}
