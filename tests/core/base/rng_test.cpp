#include "base/rng.h"

#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <utility>
#include <vector>

using whybox::Rng;

TEST_CASE("the generator gives the numbers of the PCG reference program") {
  // pcg32-demo of the PCG C library prints these for seed 42, stream 54.
  Rng rng(42, 54);
  for (const std::uint32_t wanted : {0xa15c02b7u, 0x7b47f409u, 0xba1d3330u, 0x83d2f293u, 0xbfa4784bu, 0xcbed606eu})
    CHECK(rng.next() == wanted);
}

TEST_CASE("a uniform number is the upper 24 bits of a draw") {
  Rng rng(42, 54);
  CHECK(rng.uniform() == float(0xa15c02b7u >> 8) / 16777216.0f);
}

TEST_CASE("uniform numbers fill their interval evenly") {
  Rng rng(1);
  double sum = 0, squares = 0;
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i) {
    const float value = rng.uniform(-2, 4);
    REQUIRE(value >= -2);
    REQUIRE(value < 4);
    sum += value;
    squares += value * value;
  }
  // Mean 1 and variance 36/12; four standard errors of the mean are 0.05.
  CHECK(sum / kDraws == Catch::Approx(1).margin(0.05));
  CHECK(squares / kDraws - 1 == Catch::Approx(3).margin(0.15));
}

TEST_CASE("below(n) gives every number under n equally often") {
  Rng rng(3);
  std::array<int, 7> counts{};
  for (int i = 0; i < 7'000; ++i) {
    const int value = rng.below(7);
    REQUIRE((value >= 0 && value < 7));
    ++counts[std::size_t(value)];
  }
  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - 1000.0) * (count - 1000.0) / 1000;
  CHECK(chi_squared < 22.5);  // 6 degrees of freedom: 0.1 % of fair generators exceed it
}

TEST_CASE("below(1) is always 0") {
  Rng rng(5);
  for (int i = 0; i < 10; ++i) CHECK(rng.below(1) == 0);
}

TEST_CASE("normal numbers have mean 0 and variance 1") {
  Rng rng(9);
  std::vector<float> values(20'001);  // odd: the method makes them in pairs
  rng.normal(values);
  double sum = 0, squares = 0, neighbours = 0, beyond = 0, last = 0;
  for (const float value : values) {
    REQUIRE(std::isfinite(value));
    sum += value;
    squares += value * value;
    neighbours += value * std::exchange(last, value);
    beyond += std::abs(value) > 2;
  }
  const auto count = double(values.size());
  CHECK(sum / count == Catch::Approx(0).margin(0.03));  // four standard errors, here and below
  CHECK(squares / count == Catch::Approx(1).margin(0.04));
  CHECK(neighbours / count == Catch::Approx(0).margin(0.03));
  CHECK(beyond / count == Catch::Approx(0.0455).margin(0.006));  // 2 (1 - Phi(2))
}

TEST_CASE("a coin with probability 0 or 1 always falls alike") {
  Rng rng(2);
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(rng.bernoulli(0));
    CHECK(rng.bernoulli(1));
  }
}

TEST_CASE("streams of one seed differ") {
  Rng one(7, 0), other(7, 1);
  int equal = 0;
  for (int i = 0; i < 100; ++i) equal += one.next() == other.next();
  CHECK(equal == 0);
}

TEST_CASE("the first numbers of neighbouring items are uncorrelated") {
  // Sums of 4000 products of fair signs, over 19 distances and 8 places: one in 60,000 fair generators exceeds six standard
  // errors anywhere. Plain streams exceed fifteen.
  constexpr int kItems = 4'000, kPlaces = 8;
  std::array<std::array<int, kPlaces>, kItems> signs{};
  for (int i = 0; i < kItems; ++i) {
    Rng rng = Rng::numbered(0, std::uint64_t(i));
    for (int& sign : signs[std::size_t(i)]) sign = rng.bernoulli(0.5f) ? 1 : -1;
  }
  for (int lag = 1; lag < 20; ++lag)
    for (std::size_t place = 0; place < kPlaces; ++place) {
      int sum = 0;
      for (int i = 0; i + lag < kItems; ++i) sum += signs[std::size_t(i)][place] * signs[std::size_t(i + lag)][place];
      CHECK(std::abs(sum) < 6 * std::sqrt(kItems));
    }
}

TEST_CASE("a numbered generator depends on seed and index alone") {
  CHECK(Rng::numbered(3, 5).next() == Rng::numbered(3, 5).next());
  CHECK(Rng::numbered(3, 5).next() != Rng::numbered(3, 6).next());
  CHECK(Rng::numbered(3, 5).next() != Rng::numbered(4, 5).next());
}

TEST_CASE("neighbouring seeds and indices give unrelated numbers under numbered") {
  // Means of the first draw over 4,000 neighbours: 1/2, four standard errors are 0.018.
  double seeds = 0, products = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const float one = Rng::numbered(seed, 1).uniform(), next = Rng::numbered(seed + 1, 1).uniform(), other = Rng::numbered(seed, 2).uniform();
    seeds += one;
    products += (one - 0.5) * (next - 0.5) + (one - 0.5) * (other - 0.5);
  }
  CHECK(seeds / 4000 == Catch::Approx(0.5).margin(0.018));
  CHECK(products / 8000 == Catch::Approx(0).margin(0.006));  // four standard errors of an uncorrelated product
}
