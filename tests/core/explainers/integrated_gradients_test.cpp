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

constexpr std::string_view kId = "integrated-gradients";

/// Two classes; logit 0 is the sum of tanh(2 x) over pixels and channels: smooth, and far from linear.
std::vector<std::byte> smooth_network(int height, int width) {
  TfliteBuilder b;
  const int image = b.input({1, height, width, 3});
  const int twice = b.conv_2d(image, b.constant(Shape{3, 1, 1, 3}, std::vector<float>{2, 0, 0, 0, 2, 0, 0, 0, 2}));
  const int bent = b.reshape(b.unary(tflite::BuiltinOperator::TANH, twice), {1, height * width * 3});
  std::vector<float> weights(std::size_t(2 * height * width * 3), 0);
  std::fill_n(weights.begin(), weights.size() / 2, 1.0f);
  b.output(b.softmax(b.fully_connected(bent, b.constant(Shape{2, height * width * 3}, weights))));
  return b.build();
}

double sum_of(const Heatmap& map) { return std::accumulate(map.values.begin(), map.values.end(), 0.0); }

}  // namespace

TEST_CASE("of a linear network each pixel gets its weights times its distance from the baseline, at any number of steps") {
  const auto weights = random_values(5 * 4 * 3, 1, 8);
  const auto network = network_of(linear_network(5, 4, 3, weights));
  const Image image = random_picture(5, 4);
  for (const auto* steps : {"1", "7"}) {
    const auto map = explain(kId, *network, image, {.given = {{"steps", steps}}})->heatmap();
    for (std::size_t i = 0; i < map.values.size(); ++i) {
      double wanted = 0;  // black is -1
      for (std::size_t c = 0; c < 3; ++c) wanted += weights[3 * i + c] * (image.pixels[3 * i + c] / 127.5);
      CHECK(map.values[i] == Approx(wanted).margin(1e-5));
    }
  }
}

TEST_CASE("attributions sum to the difference of the scores, from any baseline") {
  for (const auto* baseline : {"black", "mean", "blur", "random"}) {
    INFO(baseline);
    const auto network = network_of(smooth_network(6, 5));
    const auto found = explain(kId, *network, random_picture(6, 5), {.given = {{"baseline", baseline}}, .seed = 4});
    // tanh has no kinks: 50 nodes integrate it to float32's last digits, of 90 terms of size 1
    CHECK(finding(*found, "completeness_gap") == Approx(0).margin(1e-4));
    CHECK(finding(*found, "sum") == Approx(finding(*found, "twin_logit") - finding(*found, "baseline_logit")).margin(1e-4));
    CHECK(sum_of(found->heatmap()) == Approx(finding(*found, "sum")).margin(1e-4));
  }
}

TEST_CASE("each pixel of a sum of functions gets the rise of its own") {
  const auto network = network_of(smooth_network(4, 4));
  const Image image = random_picture(4, 4);
  const auto map = explain(kId, *network, image, {.given = {{"baseline", "mean"}}})->heatmap();
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    double wanted = 0;  // tanh(2 x) - tanh(0)
    for (std::size_t c = 0; c < 3; ++c) wanted += std::tanh(2 * (image.pixels[3 * i + c] - 127.5) / 127.5);
    CHECK(map.values[i] == Approx(wanted).margin(1e-5));
  }
}

TEST_CASE("kinks of rectifiers leave a gap, which is reported and shrinks with more steps") {
  const auto network = network_of(gap_network(16, 16));
  const auto gap = [&](const char* steps) {
    return std::abs(finding(*explain(kId, *network, random_picture(16, 16), {.given = {{"steps", steps}}}), "completeness_gap"));
  };
  CHECK(gap("200") < gap("3"));
  CHECK(gap("200") < 0.01);
}

TEST_CASE("every unfinished map is an estimate of the finished one") {
  const auto network = network_of(smooth_network(5, 5));
  auto explanation = start(kId, *network, random_picture(5, 5), {.given = {{"steps", "100"}, {"baseline", "mean"}}});
  REQUIRE(explanation->step().has_value());
  const double early = sum_of(explanation->heatmap());
  REQUIRE(explanation->progress() < 0.5);
  const double late = sum_of(finish(std::move(explanation))->heatmap());
  CHECK(early == Approx(late).epsilon(0.2));
}

TEST_CASE("nothing is explained where picture and baseline agree") {
  const auto network = network_of(gap_network(8, 8));
  const Image black{8, 8, std::vector<std::uint8_t>(192, 0)};
  const auto found = explain(kId, *network, black);
  for (const float value : found->heatmap().values) CHECK(value == 0);
  CHECK(finding(*found, "completeness_gap") == Approx(0).margin(1e-6));
}

TEST_CASE("a random baseline belongs to its seed") {
  const auto network = network_of(gap_network(8, 8));
  const auto map = [&](std::uint64_t seed) {
    return explain(kId, *network, random_picture(8, 8), {.given = {{"baseline", "random"}}, .seed = seed})->heatmap().values;
  };
  CHECK(map(1) == map(1));
  CHECK(map(1) != map(2));
}
