#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "explainers/score_pass.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

constexpr int kSamples = 21;  // two batches, the second not full
constexpr float kLevel = 0.2f;
constexpr std::uint64_t kSeed = 5;

struct Moments {
  std::vector<double> mean, square;  ///< of dy/dx, [H, W, C]
};

/// The definition, one gradient after another.
Moments by_hand(Network& network, const Image& image, int target) {
  const auto x = network.classifier().encoder().normalize(image);
  const auto [low, high] = std::ranges::minmax(x);
  const float deviation = kLevel * (high - low);
  Moments moments{std::vector<double>(x.size()), std::vector<double>(x.size())};
  for (std::uint64_t sample = 0; sample < kSamples; ++sample) {
    Rng rng = Rng::numbered(kSeed, sample);
    auto noisy = x;
    std::vector<float> noise(x.size());
    rng.normal(noise);
    for (std::size_t i = 0; i < x.size(); ++i) noisy[i] += deviation * noise[i];
    const auto pass = must(ScorePass::run(network, noisy, 1, target));
    const auto gradient = must(pass.gradient(pass.graph().input)).values;
    for (std::size_t i = 0; i < x.size(); ++i) {
      moments.mean[i] += gradient[i] / double(kSamples);
      moments.square[i] += double(gradient[i]) * gradient[i] / kSamples;
    }
  }
  return moments;
}

Given given(std::string channels) { return {{"samples", std::to_string(kSamples)}, {"level", "0.2"}, {"channels", channels}}; }

double sum_of(const std::vector<double>& values, std::size_t pixel) {
  return values[3 * pixel] + values[3 * pixel + 1] + values[3 * pixel + 2];
}

}  // namespace

TEST_CASE("SmoothGrad and its relatives are mean, mean square and variance of gradients taken one by one") {
  const auto network = network_of(gap_network(7, 9));
  const Image image = random_picture(7, 9);
  const auto moments = by_hand(*network, image, 1);
  const Question sum{.target = 1, .given = given("signed-sum"), .seed = kSeed};
  const Question size{.target = 1, .given = given("abs-sum"), .seed = kSeed};
  const auto mean = explain("smoothgrad", *network, image, sum)->heatmap().values;
  const auto square = explain("smoothgrad-squared", *network, image, size)->heatmap().values;
  const auto variance = explain("vargrad", *network, image, size)->heatmap().values;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double spread = sum_of(moments.square, i);
    for (std::size_t c = 0; c < 3; ++c) spread -= moments.mean[3 * i + c] * moments.mean[3 * i + c];
    // gradients of size 0.1 in float32, whose sums a batch may order differently
    CHECK(mean[i] == Approx(sum_of(moments.mean, i)).margin(1e-6));
    CHECK(square[i] == Approx(sum_of(moments.square, i)).margin(1e-6));
    CHECK(variance[i] == Approx(spread).margin(1e-6));
  }
}

TEST_CASE("without noise SmoothGrad is the gradient, its square the square, and nothing varies") {
  const auto network = network_of(gap_network(8, 8));
  const Image image = random_picture(8, 8);
  const auto gradient = explain("gradient", *network, image)->heatmap().values;
  const Given quiet{{"level", "0"}, {"samples", "20"}};
  const auto smooth = explain("smoothgrad", *network, image, {.given = quiet})->heatmap().values;
  const auto squared = explain("smoothgrad-squared", *network, image, {.given = quiet})->heatmap().values;
  const auto variance = explain("vargrad", *network, image, {.given = quiet})->heatmap().values;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    // rounding only: a batch of 16 may sum in another order than one example
    CHECK(smooth[i] == Approx(gradient[i]).epsilon(1e-5));
    CHECK(squared[i] == Approx(gradient[i] * gradient[i]).epsilon(1e-5));
    CHECK(variance[i] == Approx(0).margin(1e-12));
  }
}

TEST_CASE("the gradient of a linear network does not vary") {
  const auto network = network_of(linear_network(6, 6, 3, random_values(108, 1, 2)));
  for (const float value : explain("vargrad", *network, random_picture(6, 6))->heatmap().values)
    CHECK(value == Approx(0).margin(1e-12));
}

TEST_CASE("a picture of one colour has no range, so its copies have no noise") {
  const auto network = network_of(gap_network(8, 8));
  const Image flat{8, 8, std::vector<std::uint8_t>(192, 90)};
  const auto found = explain("vargrad", *network, flat);
  CHECK(finding(*found, "deviation") == 0);
  CHECK(finding(*found, "samples") == 50);
  for (const float value : found->heatmap().values) CHECK(value == Approx(0).margin(1e-12));
}

TEST_CASE("another seed of SmoothGrad draws other noise") {
  const auto network = network_of(gap_network(8, 8));
  const auto map = [&](std::uint64_t seed) {
    return explain("smoothgrad", *network, random_picture(8, 8), {.given = {{"samples", "5"}}, .seed = seed})->heatmap().values;
  };
  CHECK(map(1) != map(2));
}

TEST_CASE("a statistic of squares has no sign to keep") {
  for (const auto* id : {"smoothgrad-squared", "vargrad"}) {
    const auto params = resolve(must(find_method(id))->params, {{"channels", "signed-sum"}});
    REQUIRE_FALSE(params);
    CHECK(params.error().code == ErrorCode::invalid_argument);
  }
}
