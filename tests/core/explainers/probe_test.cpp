// Methods that learn from a probe set, and the two that start from baselines.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>

#include "explainers/probe.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

std::unique_ptr<Explanation> with_probe(std::string_view id, Network& network, const Image& image, const Given& given, std::vector<Image> probe) {
  const Method* method = must(find_method(id));
  return finish(must(method->start(
      {.network = network, .image = image, .target = 1, .params = must(resolve(method->params, given)), .seed = 4, .probe = std::move(probe)})));
}

}  // namespace

TEST_CASE("DeepLIFT's attributions sum to the difference of the scores") {
  const auto network = network_of(gap_network(8, 8));
  for (const auto* from : {"black", "mean", "blur", "random"}) {
    const auto explanation = explain("deeplift", *network, random_picture(8, 8), {.target = 2, .given = {{"baseline", from}}});
    CHECK(finding(*explanation, "completeness_gap") == Approx(0).margin(1e-4));
    const auto values = explanation->heatmap().values;
    CHECK(std::accumulate(values.begin(), values.end(), 0.0) ==
          Approx(finding(*explanation, "twin_logit") - finding(*explanation, "baseline_logit")).margin(1e-4));
  }
}

TEST_CASE("with a single picture as probe set, expected gradients tend to the integrated ones") {
  const auto network = network_of(gap_network(8, 8));
  const Image image = random_picture(8, 8), black{8, 8, std::vector<std::uint8_t>(192)};
  const auto expected = with_probe("expected-gradients", *network, image, {{"samples", "2000"}}, {black});
  const auto integrated = explain("integrated-gradients", *network, image, {.target = 1})->heatmap().values;
  const auto values = expected->heatmap().values;
  double error = 0, size = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    error += std::pow(values[i] - integrated[i], 2);
    size += std::pow(integrated[i], 2);
  }
  // Monte Carlo with 2000 draws: about 1 / sqrt(2000) = 2 % of the map.
  CHECK(std::sqrt(error / size) < 0.05);
  CHECK(std::abs(finding(*expected, "completeness_gap")) < 0.05 * std::abs(finding(*expected, "twin_logit") - finding(*expected, "baseline_logit")));
}

TEST_CASE("pictures given as probe set are used one after the other, at the network's size") {
  const auto network = network_of(gap_network(8, 6));
  const Image dark{20, 20, std::vector<std::uint8_t>(1200, 10)}, light{5, 9, std::vector<std::uint8_t>(135, 240)};
  const Task task{.network = *network, .image = random_picture(8, 6), .probe = {dark, light}};
  for (int i = 0; i < 4; ++i) {
    const Image picture = must(probe_picture(task, i));
    CHECK((picture.height == 8 && picture.width == 6));
    CHECK(picture.pixels[0] == (i % 2 == 0 ? 10 : 240));
  }
}

TEST_CASE("generated probe pictures differ, and are the same for the same seed") {
  const auto network = network_of(gap_network(24, 24));
  const auto params = must(resolve(must(find_method("patternnet"))->params, {}));
  const auto picture = [&](std::uint64_t seed, int i) {
    return must(probe_picture({.network = *network, .image = random_picture(24, 24), .params = params, .seed = seed}, i)).pixels;
  };
  CHECK(picture(1, 0) == picture(1, 0));
  CHECK(picture(1, 0) != picture(1, 1));
  CHECK(picture(1, 0) != picture(2, 0));
}

TEST_CASE("in a linear network PatternAttribution sums to the score over the signal") {
  // y = w.x with one output that varies: R = w a+ y, and w.a+ = 1.
  const auto network = network_of(linear_network(4, 4, 3, random_values(48, 1, 5)));
  std::vector<Image> probe;
  for (std::uint64_t i = 0; i < 20; ++i) probe.push_back(random_picture(4, 4, 50 + i));
  const Method* method = must(find_method("pattern-attribution"));
  const auto explanation = finish(must(method->start(
      {.network = *network, .image = random_picture(4, 4), .params = must(resolve(method->params, {{"examples", "20"}})), .probe = probe})));
  const auto values = explanation->heatmap().values;
  CHECK(std::accumulate(values.begin(), values.end(), 0.0) == Approx(finding(*explanation, "twin_logit")).margin(1e-4));
}
