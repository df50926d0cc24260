#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <numeric>

#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

TEST_CASE("deep Taylor is LRP with z+ everywhere and z-box at the picture") {
  const auto network = network_of(gap_network(8, 8));
  const Image image = random_picture(8, 8);
  const auto lrp = explain("lrp", *network, image, {.given = {{"composite", "custom"}, {"rules", "all=z-plus, first=z-box"}}});
  CHECK(explain("deep-taylor", *network, image)->heatmap().values == lrp->heatmap().values);
}

TEST_CASE("the map sums to what the findings say, and layer by layer to what is reported") {
  const auto network = network_of(gap_network(8, 8));
  for (const auto* composite : {"epsilon", "epsilon-plus-flat", "epsilon-gamma-box", "epsilon-alpha2-beta1-flat"}) {
    INFO(composite);
    const auto explanation = explain("lrp", *network, random_picture(8, 8), {.target = 1, .given = {{"composite", composite}}});
    const auto values = explanation->heatmap().values;
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    CHECK(finding(*explanation, "sum") == Approx(sum).margin(1e-4));
    CHECK(finding(*explanation, "conservation_gap") == Approx(sum - finding(*explanation, "twin_logit")).margin(1e-4));
    const auto layers = explanation->layers();
    REQUIRE(layers.size() == 3);  // dense layer, mean, convolution
    CHECK(layers[0].name == "scores");
    CHECK(layers[0].relevance == Approx(finding(*explanation, "twin_logit")).margin(1e-4));  // no bias there
    CHECK(layers[2].name == "features");
    CHECK(layers[2].relevance == Approx(sum).margin(1e-4));
  }
}

TEST_CASE("the relevance of a difference starts with both classes") {
  const auto network = network_of(gap_network(8, 8));
  const Image image = random_picture(8, 8);
  const auto of = [&](Target target) { return explain("lrp", *network, image, {.target = target, .given = {{"composite", "epsilon"}}})->heatmap().values; };
  const auto a = of(1), b = of(2), both = of(Target(1, 2));
  for (std::size_t i = 0; i < both.size(); ++i) CHECK(both[i] == Approx(a[i] - b[i]).margin(1e-4));
}

TEST_CASE("rules that do not fit the network are refused with the method's name") {
  const auto network = network_of(gap_network(8, 8));
  const auto started = try_start("lrp", *network, random_picture(8, 8), {.given = {{"composite", "custom"}, {"rules", "last=z-box"}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::invalid_argument);
  CHECK(started.error().message.starts_with("lrp: rules: z-box"));
}
