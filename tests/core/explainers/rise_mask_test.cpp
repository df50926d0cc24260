#include "explainers/rise_mask.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

using namespace whybox;

namespace {

std::vector<float> whole(RiseMask& mask, const RiseMaskOptions& options, int index) {
  std::vector<float> values(std::size_t(options.height) * std::size_t(options.width));
  mask.draw(index);
  for (int y = 0; y < options.height; ++y)
    mask.row(y, std::span(values).subspan(std::size_t(y) * std::size_t(options.width), std::size_t(options.width)));
  return values;
}

}  // namespace

TEST_CASE("every pixel of a mask has expectation p, at the edges as in the middle") {
  const RiseMaskOptions options{21, 34, 7, GENERATE(0.5f, 0.2f), 1};
  RiseMask mask(options);
  constexpr int kMasks = 6'000;
  std::vector<double> sums(21 * 34);
  for (int i = 0; i < kMasks; ++i) {
    const auto values = whole(mask, options, i);
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += values[j];
  }
  // A value in [0, 1] of mean p has variance p (1 - p) at most; five standard errors, over 714 pixels.
  const double error = std::sqrt(options.probability * (1 - options.probability) / kMasks);
  for (const double sum : sums) CHECK(std::abs(sum / kMasks - options.probability) < 5 * error);
}

TEST_CASE("mask values lie in 0..1 for any size of picture and grid") {
  const RiseMaskOptions options{GENERATE(1, 5, 20, 96), GENERATE(1, 7, 64), GENERATE(1, 7, 64), 0.5f, 2};
  RiseMask mask(options);
  for (int i = 0; i < 20; ++i) {
    const auto [low, high] = std::ranges::minmax(whole(mask, options, i));
    REQUIRE(low >= 0);
    REQUIRE(high <= 1);
  }
}

TEST_CASE("a mask depends on seed and number alone, not on the masks drawn before it") {
  const RiseMaskOptions options{20, 20, 7, 0.5f, 9};
  RiseMask one(options), other(options);
  const auto third = whole(one, options, 3);
  whole(other, options, 17);
  CHECK(whole(other, options, 3) == third);
  CHECK(whole(other, options, 4) != third);
  RiseMask reseeded({20, 20, 7, 0.5f, 10});
  CHECK(whole(reseeded, options, 3) != third);
}

TEST_CASE("a mask is the bilinear enlargement of a grid of zeros and ones") {
  // One row of 2 cells over 8 pixels: enlarged to 3 x 4 = 12 pixels, centres at (i + 1/2) / 6 - 1/2 cells. With cells (0, 1)
  // the enlarged side is 0, 0, 0, 1/12, 3/12, ... 11/12, 1, 1, 1, of which 8 pixels are cut at an offset of 0 to 3.
  const RiseMaskOptions options{8, 8, 2, 0.5f, 0};
  RiseMask mask(options);
  std::vector<double> side;
  for (int i = 0; i < 12; ++i) side.push_back(std::clamp((i + 0.5) / 6 - 0.5, 0.0, 1.0));
  int ramps = 0;
  for (int i = 0; i < 100; ++i) {
    const auto values = whole(mask, options, i);
    // The mask of grid (a b; c d) in row y is the line from (a, c) to (b, d); look for the grids 0 1 over 0 1.
    const std::span row(values.data(), 8), last(values.data() + 56, 8);
    if (!std::ranges::equal(row, last) || !(row.front() < row.back())) continue;
    ++ramps;
    bool found = false;
    for (std::size_t offset = 0; offset < 4; ++offset) {
      bool equal = true;
      for (std::size_t x = 0; x < 8; ++x) equal &= std::abs(row[x] - side[offset + x]) < 1e-6;
      found |= equal;
    }
    CHECK(found);
  }
  CHECK(ramps > 0);
}

TEST_CASE("every offset within a cell comes up") {
  const RiseMaskOptions options{8, 8, 2, 0.5f, 0};
  RiseMask mask(options);
  std::vector<float> firsts;
  for (int i = 0; i < 400; ++i) {
    const auto values = whole(mask, options, i);
    const std::span row(values.data(), 8), last(values.data() + 56, 8);
    if (std::ranges::equal(row, last) && row.front() < row.back()) firsts.push_back(row[4]);
  }
  std::ranges::sort(firsts);
  firsts.erase(std::ranges::unique(firsts).begin(), firsts.end());
  CHECK(firsts.size() == 4);
}
