#include "scenes/texture.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>

using namespace whybox;
using Catch::Approx;

namespace {

constexpr TextureKind kAll[] = {TextureKind::stripes, TextureKind::checks, TextureKind::dots,     TextureKind::bricks,
                                TextureKind::scales,  TextureKind::zigzag, TextureKind::hexagons, TextureKind::rings};

/// Share of the second colour over many periods.
double share(TextureKind kind) {
  constexpr int kSamples = 400;
  const Texture texture{.kind = kind, .period = 0.1f};
  double sum = 0;
  for (int i = 0; i < kSamples * kSamples; ++i)
    sum += texture_mix(texture, {float(i % kSamples) / kSamples * 2, float(i / kSamples) / kSamples * 2 * std::numbers::sqrt3_v<float>}, 1e-4f);
  return sum / (kSamples * kSamples);
}

}  // namespace

TEST_CASE("stripes, checks and zigzags share a surface evenly, dots cover their discs, joints their lines") {
  CHECK(share(TextureKind::stripes) == Approx(0.5).margin(0.01));
  CHECK(share(TextureKind::checks) == Approx(0.5).margin(0.01));
  CHECK(share(TextureKind::zigzag) == Approx(0.5).margin(0.01));
  CHECK(share(TextureKind::dots) == Approx(std::numbers::pi * 0.33 * 0.33).margin(0.01));
  CHECK(share(TextureKind::bricks) == Approx(1 - 0.9 * 0.8).margin(0.02));  // joints a tenth of a brick's length, a fifth of its height
  CHECK(share(TextureKind::hexagons) == Approx(1 - 0.8 * 0.8).margin(0.02));  // a comb's edge takes a fifth of a cell's width
}

TEST_CASE("a texture repeats where it is shifted by whole periods") {
  for (const TextureKind kind : kAll) {
    if (kind == TextureKind::rings || kind == TextureKind::hexagons) continue;  // one has a middle, the other a row's height of sqrt 3
    const Texture texture{.kind = kind, .period = 0.1f};
    Texture shifted = texture;
    shifted.shift = {2, 2};
    for (int i = 0; i < 200; ++i) {
      const Point at{float(i % 17) * 0.013f, float(i % 23) * 0.017f};
      // Four periods: one seen across an edge's softness of a hundredth of a period.
      CHECK(std::abs(texture_mix(texture, at, 0.01f) - texture_mix(shifted, at, 0.01f)) < 0.02f);
    }
  }
}

TEST_CASE("the edge of a stripe is half one colour and half the other, and is one pixel wide") {
  const Texture texture{.kind = TextureKind::stripes, .period = 0.2f};
  const float pixel = 0.01f, edge = 0.05f;  // a quarter of a period
  CHECK(texture_mix(texture, {edge, 0}, pixel) == Approx(0.5f).margin(1e-4));
  CHECK(texture_mix(texture, {edge - 0.5f * pixel, 0}, pixel) == Approx(0).margin(1e-4));
  CHECK(texture_mix(texture, {edge + 0.5f * pixel, 0}, pixel) == Approx(1).margin(1e-4));
}

TEST_CASE("a thing without texture shows one colour only") { CHECK(texture_mix({}, {0.3f, 0.2f}, 0.01f) == 0); }
