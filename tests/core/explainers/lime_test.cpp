#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "explainers/coalition.h"
#include "explainers/ridge.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

namespace {

Image composed(const Image& image, const SuperpixelFindings& cut, const std::vector<std::uint8_t>& on) {
  Image out = image;
  for (std::size_t i = 0; i < cut.segmentation.labels.size(); ++i)
    if (!on[std::size_t(cut.segmentation.labels[i])]) std::copy_n(&cut.fill.pixels[i * 3], 3, &out.pixels[i * 3]);
  return out;
}

}  // namespace

TEST_CASE("LIME finds the weights of an additive network as the penalty goes to zero") {
  // Logits so small (below 0.02) that the probability is linear in them to 1 part in 10^4: p = 1/2 + logit / 4.
  const auto weights = random_values(12 * 15 * 3, 1e-4f, 2);
  const auto network = network_of(linear_network(12, 15, 3, weights));
  const Image image = random_picture(12, 15);
  const auto lime = explain("lime", *network, image,
                            {.given = {{"samples", "400"}, {"alpha", "1e-6"}, {"segmentation", "grid"}, {"superpixels", "12"}, {"fill", "black"}}});
  const SuperpixelFindings& found = *lime->superpixels();
  std::vector<double> wanted(std::size_t(found.segmentation.count));
  for (std::size_t i = 0; i < image.pixels.size(); ++i)
    wanted[std::size_t(found.segmentation.labels[i / 3])] += double(weights[i]) * image.pixels[i] / 127.5 / 4;
  const double largest = std::abs(*std::ranges::max_element(wanted, {}, [](double w) { return std::abs(w); }));
  REQUIRE(largest > 1e-4);
  // A float32 probability near 1/2 is good to 6e-8; regression over 400 samples averages it.
  for (std::size_t j = 0; j < wanted.size(); ++j) CHECK(found.weights[j] == Approx(wanted[j]).margin(1e-7 + 2e-4 * largest));
  CHECK(finding(*lime, "r2") > 0.9999);
}

TEST_CASE("LIME is ridge regression on pictures composed by hand") {
  const auto network = network_of(gap_network(20, 26));
  const Image image = random_picture(20, 26);
  const auto lime = explain("lime", *network, image, {.target = 1, .given = {{"samples", "60"}, {"superpixels", "9"}, {"width", "0.4"}}, .seed = 5});
  const SuperpixelFindings& found = *lime->superpixels();
  CoalitionRidge ridge(found.segmentation.count);
  std::vector<std::uint8_t> on(std::size_t(found.segmentation.count));
  for (int i = 0; i < 60; ++i) {
    draw_coalition(5, i, on);
    const double distance = cosine_distance_to_all(on);
    ridge.add(on, probability(*network, composed(image, found, on), 1), std::exp(-distance * distance / (2 * 0.4 * 0.4)));
  }
  const Surrogate fit = ridge.solve(1);
  // The width 0.4 is a float32 in one and a double in the other: 1e-8 of it.
  for (std::size_t j = 0; j < fit.weights.size(); ++j) CHECK(found.weights[j] == Approx(fit.weights[j]).margin(1e-6));
  CHECK(found.intercept == Approx(fit.intercept).margin(1e-6));
  CHECK(finding(*lime, "r2") == Approx(fit.r2).margin(1e-5));
  CHECK(finding(*lime, "intercept") == found.intercept);
  std::ranges::fill(on, std::uint8_t{1});
  CHECK(finding(*lime, "surrogate_probability") == Approx(fit.predict(on)).margin(1e-6));
  CHECK(finding(*lime, "probability") == Approx(probability(*network, image, 1)));
  CHECK(finding(*lime, "samples") == 60);
}

TEST_CASE("LIME paints every superpixel with its weight") {
  const auto network = network_of(gap_network(20, 20));
  const auto lime = explain("lime", *network, random_picture(20, 20), {.given = {{"samples", "50"}, {"superpixels", "10"}}});
  const auto map = lime->heatmap();
  const auto& cut = *lime->superpixels();
  for (std::size_t i = 0; i < map.values.size(); ++i) CHECK(map.values[i] == cut.weights[std::size_t(cut.segmentation.labels[i])]);
}

TEST_CASE("LIME's superpixels can be drawn before the first sample") {
  const auto network = network_of(gap_network(20, 20));
  const auto lime = start("lime", *network, random_picture(20, 20));
  REQUIRE(lime->superpixels() != nullptr);
  CHECK(lime->superpixels()->segmentation.count > 10);
  CHECK(lime->superpixels()->weights.size() == std::size_t(lime->superpixels()->segmentation.count));
  CHECK(std::ranges::all_of(lime->heatmap().values, [](float v) { return v == 0; }));
}

TEST_CASE("LIME of a picture in one superpixel puts the whole effect there") {
  const auto network = network_of(gap_network(9, 9));
  const Image image = random_picture(9, 9);
  const auto lime = explain("lime", *network, image,
                            {.given = {{"samples", "200"}, {"superpixels", "1"}, {"alpha", "1e-6"}, {"width", "100"}, {"fill", "black"}}});
  const double whole = probability(*network, image), none = probability(*network, {9, 9, std::vector<std::uint8_t>(243)});
  REQUIRE(lime->superpixels()->weights.size() == 1);
  CHECK(lime->superpixels()->weights[0] == Approx(whole - none).margin(1e-6));
  CHECK(lime->superpixels()->intercept == Approx(none).margin(1e-6));
}

TEST_CASE("LIME without samples is refused") {
  const auto network = network_of(gap_network(9, 9));
  const auto started = try_start("lime", *network, random_picture(9, 9), {.given = {{"samples", "0"}}});
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::out_of_range);
  CHECK(started.error().message == "parameter samples: got 0, wanted 1 to 100000");
}
