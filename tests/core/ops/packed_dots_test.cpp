#include "ops/packed_dots.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdlib>

#include "base/rng.h"

using namespace whybox;

namespace {

/// Weights of up to `most`, of which one in `large_every` is at its most, above or below zero.
std::vector<std::int16_t> random_weights(std::size_t count, int most, int large_every, Rng& rng) {
  std::vector<std::int16_t> weights(count);
  for (std::int16_t& weight : weights) {
    const int value = rng.below(large_every) == 0 ? (rng.bernoulli(0.5f) ? most : -most) : rng.below(most + 1) - most / 2;
    weight = static_cast<std::int16_t>(value);
  }
  return weights;
}

/// The weights that a packing's dots add up to.
std::vector<int> unpacked(const PackedDots& packed) {
  std::vector<int> weights(packed.outputs * packed.depth);
  const auto add = [&](std::size_t output, std::size_t depth, int weight) {
    if (weight != 0) weights.at(output * packed.depth + depth) += weight;
  };
  for (std::size_t half = 0; half < packed.blocks * 2; ++half) {
    for (std::size_t i = 0; i < PackedDots::kDot; ++i) {
      const std::size_t output = half * PackedDots::kHalf + i / PackedDots::kGroup;
      for (std::size_t group = 0; group < packed.groups; ++group)
        add(output, group * PackedDots::kGroup + i % PackedDots::kGroup, packed.weights[((half / 2 * packed.groups + group) * 2 + half % 2) * PackedDots::kDot + i]);
      for (std::size_t e = packed.extra_begin[half]; e < packed.extra_begin[half + 1]; ++e)
        add(output, packed.extras[e].offset + packed.extras[e].picks[i], packed.extras[e].weights[i]);
    }
  }
  return weights;
}

bool can_saturate(const std::int8_t* pair) {
  const auto sum_above = std::max<int>(pair[0], 0) + std::max<int>(pair[1], 0), sum_below = std::min<int>(pair[0], 0) + std::min<int>(pair[1], 0);
  return 255 * sum_above > 32767 || 255 * sum_below < -32768;
}

}  // namespace

TEST_CASE("packed dots add up to the weights, and none can saturate") {
  const int most = GENERATE(1, 64, 127, 128, 255);
  const int large_every = GENERATE(1, 2, 50);
  Rng rng(static_cast<std::uint64_t>(most * large_every));
  for (const std::size_t depth : {1u, 2u, 3u, 4u, 15u, 16u, 17u, 33u, 64u})
    for (const std::size_t outputs : {1u, 4u, 5u, 8u, 19u}) {
      CAPTURE(most, large_every, depth, outputs);
      const auto weights = random_weights(outputs * depth, most, large_every, rng);
      const PackedDots packed = pack_dots(weights, outputs, depth);
      CHECK(std::ranges::equal(unpacked(packed), weights));
      for (std::size_t i = 0; i < packed.weights.size(); i += 2) REQUIRE_FALSE(can_saturate(&packed.weights[i]));
      for (const auto& extra : packed.extras)
        for (std::size_t i = 0; i < PackedDots::kDot; i += 2) REQUIRE_FALSE(can_saturate(&extra.weights[i]));
    }
}

TEST_CASE("weights of seven bits need no extra dots") {
  Rng rng(3);
  CHECK(pack_dots(random_weights(64 * 64, 64, 3, rng), 64, 64).extras.empty());
}

TEST_CASE("an extra dot gathers what is over from sixteen bytes of depth") {
  std::vector<std::int16_t> weights(4 * 16, 0);
  for (std::size_t output = 0; output < 4; ++output) weights[output * 16 + 4 * output] = weights[output * 16 + 4 * output + 1] = 100;
  const PackedDots packed = pack_dots(weights, 4, 16);
  CHECK(packed.extras.size() == 1);
}
