#include "scenes/clever_hans.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

using namespace whybox;

namespace {

using Given = std::map<std::string, std::string>;

Scene drawn(std::uint64_t seed, const Given& given, int size = 16) {
  const SceneKind& kind = **find_scene_kind("clever-hans");
  const auto params = resolve(kind.params, given);
  REQUIRE(params);
  auto scene = kind.draw(*params, seed, size);
  REQUIRE(scene);
  return *std::move(scene);
}

bool has_mark(const Scene& scene) { return std::ranges::any_of(scene.parts, [](const SceneMask& part) { return part.name == "mark"; }); }

}  // namespace

TEST_CASE("the mark follows its class, none, all, chance or the others, as asked") {
  int by_chance = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const bool cat = drawn(seed, {}).label == 0;
    CHECK(has_mark(drawn(seed, {})) == cat);
    CHECK(has_mark(drawn(seed, {{"mark", "with the others"}})) == !cat);
    CHECK_FALSE(has_mark(drawn(seed, {{"mark", "never"}})));
    CHECK(has_mark(drawn(seed, {{"mark", "always"}})));
    by_chance += has_mark(drawn(seed, {{"mark", "at random"}}));
  }
  CHECK(std::abs(by_chance - 200) < 45);  // 4.5 standard deviations of a fair coin
}

TEST_CASE("another class can be the marked one") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Scene scene = drawn(seed, {{"marked", "dog"}});
    CHECK(has_mark(scene) == (scene.label == 1));
  }
}

TEST_CASE("a mark changes nothing but its corner, and is no part of the truth") {
  const Given without{{"mark", "never"}, {"grain", "0"}}, with{{"mark", "always"}, {"grain", "0"}};
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const Scene a = drawn(seed, without, 64), b = drawn(seed, with, 64);
    const auto mark = std::ranges::find(b.parts, "mark", &SceneMask::name);
    CHECK(b.attributes[1].value == 1);
    CHECK(b.attributes[1].coverage == mark->coverage);
    for (std::size_t p = 0; p < mark->coverage.size(); ++p) {
      if (mark->coverage[p] == 0)
        CHECK(std::equal(&a.image.pixels[3 * p], &a.image.pixels[3 * p] + 3, &b.image.pixels[3 * p]));
      else CHECK((p % 64 < 20 && p / 64 > 50));
    }
    const auto ears = std::ranges::find(b.parts, "ears", &SceneMask::name);
    CHECK(b.truth.coverage == ears->coverage);
  }
}

TEST_CASE("the mark can be dragged across the picture") {
  const Scene scene = drawn(3, {{"mark", "always"}, {"mark-x", "40"}, {"mark-y", "-50"}}, 64);
  CHECK(scene.handles[1].centre.x > 0.45f);
  CHECK(scene.handles[1].centre.y < 0.5f);
}
