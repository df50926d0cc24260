#include "explainers/coalition.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

using namespace whybox;

namespace {
std::vector<std::uint8_t> draw(std::uint64_t seed, int sample, std::size_t superpixels) {
  std::vector<std::uint8_t> on(superpixels, 7);
  draw_coalition(seed, sample, on);
  return on;
}
}  // namespace

TEST_CASE("coalition 0 has every superpixel") {
  CHECK(draw(5, 0, 40) == std::vector<std::uint8_t>(40, 1));
}

TEST_CASE("a coalition depends on seed and number alone") {
  CHECK(draw(5, 3, 40) == draw(5, 3, 40));
  CHECK(draw(5, 3, 40) != draw(5, 4, 40));
  CHECK(draw(5, 3, 40) != draw(6, 3, 40));
}

TEST_CASE("superpixels are on half of the time, independently of each other") {
  constexpr int kSamples = 10'000;
  constexpr std::size_t kSuperpixels = 20;
  std::vector<std::vector<int>> together(kSuperpixels, std::vector<int>(kSuperpixels));
  for (int i = 1; i <= kSamples; ++i) {
    const auto on = draw(0, i, kSuperpixels);
    for (std::size_t a = 0; a < kSuperpixels; ++a)
      for (std::size_t b = 0; b <= a; ++b) together[a][b] += on[a] && on[b];
  }
  for (std::size_t a = 0; a < kSuperpixels; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      const double wanted = a == b ? 0.5 : 0.25;
      // Five standard errors of a binomial; of 210 checks one in 8000 runs of fair coins exceeds them.
      CHECK(std::abs(together[a][b] - wanted * kSamples) < 5 * std::sqrt(kSamples * wanted * (1 - wanted)));
    }
}

TEST_CASE("the cosine distance of k of M superpixels is 1 - sqrt(k / M)") {
  CHECK(cosine_distance_to_all(std::vector<std::uint8_t>{1, 1, 1}) == 0);
  CHECK(cosine_distance_to_all(std::vector<std::uint8_t>{1, 0, 0, 0}) == Catch::Approx(0.5));
  CHECK(cosine_distance_to_all(std::vector<std::uint8_t>{0, 0}) == 1);
}
