#include "scenes/cue_conflict.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "scenes/silhouettes.h"

using namespace whybox;

namespace {

using Given = std::map<std::string, std::string>;

Scene drawn(std::uint64_t seed, const Given& given, int size = 48) {
  const SceneKind& kind = **find_scene_kind("cue-conflict");
  const auto params = resolve(kind.params, given);
  REQUIRE(params);
  auto scene = kind.draw(*params, seed, size);
  REQUIRE(scene);
  return *std::move(scene);
}

}  // namespace

TEST_CASE("without conflict the texture is the shape's own, in conflict it never is, and at random it is in half") {
  int at_random = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Scene own = drawn(seed, {}, 16), other = drawn(seed, {{"conflict", "yes"}}, 16);
    CHECK(own.attributes[0].value == own.attributes[1].value);
    CHECK(other.attributes[0].value != other.attributes[1].value);
    CHECK(other.label == other.attributes[0].value);
    CHECK(other.label == own.label);
    const Scene any = drawn(seed, {{"conflict", "random"}}, 16);
    at_random += any.attributes[0].value != any.attributes[1].value;
  }
  CHECK(std::abs(at_random - 200) < 45);  // 4.5 standard deviations of a fair coin
}

TEST_CASE("a conflict changes what is inside the silhouette, and nothing outside") {
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const Scene own = drawn(seed, {{"grain", "0"}}), other = drawn(seed, {{"grain", "0"}, {"conflict", "yes"}});
    CHECK(own.truth.coverage == other.truth.coverage);
    int inside = 0, changed = 0;
    for (std::size_t p = 0; p < own.truth.coverage.size(); ++p) {
      const bool same = std::equal(&own.image.pixels[3 * p], &own.image.pixels[3 * p] + 3, &other.image.pixels[3 * p]);
      if (own.truth.coverage[p] == 0) CHECK(same);
      else ++inside, changed += !same;
    }
    CHECK(changed > inside / 5);  // two textures of the same two colours differ in a good part of their area
  }
}

TEST_CASE("there are eight silhouettes with eight different textures, each inside the unit circle") {
  std::vector<TextureKind> textures;
  for (const Silhouette& silhouette : silhouettes()) {
    CHECK_FALSE(std::ranges::contains(textures, silhouette.texture));
    textures.push_back(silhouette.texture);
    for (const Point corner : silhouette.outline().corners) CHECK(corner.x * corner.x + corner.y * corner.y <= 1.0001f);
  }
  CHECK(textures.size() >= 8);
}
