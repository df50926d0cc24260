#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>

#include "explainers/rise_mask.h"
#include "support/tiny_networks.h"

using namespace whybox;
using namespace whybox::testing;
using Catch::Approx;

TEST_CASE("RISE of a network that always says p is p everywhere, in expectation") {
  const auto network = network_of(linear_network(15, 22, 3, std::vector<float>(15 * 22 * 3)));
  const auto rise = explain("rise", *network, random_picture(15, 22), {.given = {{"samples", "4000"}}});
  // f = 1/2; the mean of 4000 mask values / p has standard error 2 * 0.5 / sqrt(4000) at most; five of those.
  for (const float value : rise->heatmap().values) CHECK(value == Approx(0.5).margin(0.5 * 5 / std::sqrt(4000)));
  CHECK(finding(*rise, "mean_probability") == Approx(0.5));
}

TEST_CASE("RISE is the mean of the masks weighted by the answers, computed the long way") {
  const auto network = network_of(gap_network(13, 19));
  const Image image = random_picture(13, 19);
  const auto map = explain("rise", *network, image,
                           {.target = 2, .given = {{"samples", "40"}, {"cells", "4"}, {"probability", "0.3"}}, .seed = 8})->heatmap();
  const RiseMaskOptions options{13, 19, 4, 0.3f, 8};
  RiseMask masks(options);
  const auto x = network->classifier().encoder().normalize(image);
  std::vector<double> sums(13 * 19);
  for (int i = 0; i < 40; ++i) {
    masks.draw(i);
    std::vector<float> mask(13 * 19), masked(x.size());
    for (int y = 0; y < 13; ++y) masks.row(y, std::span(mask).subspan(std::size_t(y) * 19, 19));
    for (std::size_t j = 0; j < x.size(); ++j) masked[j] = x[j] * mask[j / 3];
    float answer = 0;
    const auto compose = [&](int, std::span<std::byte> example) { std::memcpy(example.data(), masked.data(), example.size()); };
    REQUIRE(network->classifier().probabilities(1, 2, compose, std::span(&answer, 1)).has_value());
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += double(answer) * mask[j];
  }
  // Forty float32 additions of numbers below 1, divided by 40 * 0.3.
  for (std::size_t j = 0; j < sums.size(); ++j) CHECK(map.values[j] == Approx(sums[j] / (40 * 0.3)).margin(1e-5));
}

TEST_CASE("RISE is brightest where the network looks") {
  // The class answers to the brightness of the lower right quarter only.
  std::vector<float> weights(16 * 16 * 3);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = i / 48 >= 8 && i / 3 % 16 >= 8 ? 0.01f : 0.0f;
  const auto network = network_of(linear_network(16, 16, 3, weights));
  const Image white{16, 16, std::vector<std::uint8_t>(16 * 16 * 3, 255)};
  const auto map = explain("rise", *network, white, {.given = {{"samples", "1000"}, {"cells", "4"}}})->heatmap();
  double inside = 0, outside = 0;
  for (std::size_t i = 0; i < map.values.size(); ++i)
    (i / 16 >= 8 && i % 16 >= 8 ? inside : outside) += map.values[i];
  // Showing a pixel of that quarter shows about a fourth of it: half a cell's logit more than the mean, 1.92 / 4 / 2, times a
  // slope of p of about 0.2, blurred by the masks' soft edges. Sampling noise of either mean is 0.5 / sqrt(4000) / 2 = 0.004.
  CHECK(inside / 64 > outside / 192 + 0.016);
}
