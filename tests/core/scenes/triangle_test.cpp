#include "scenes/triangle.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>

using namespace whybox;

namespace {

using Given = std::map<std::string, std::string>;

const SceneKind& kind_of(std::string_view id) { return **find_scene_kind(id); }

Params params_of(const SceneKind& kind, const Given& given = {}) {
  auto params = resolve(kind.params, given);
  REQUIRE(params);
  return *params;
}

Scene drawn(std::string_view id, std::uint64_t seed, int size, const Given& given = {}) {
  const SceneKind& kind = kind_of(id);
  auto scene = kind.draw(params_of(kind, given), seed, size);
  REQUIRE(scene);
  return *std::move(scene);
}

Composition composed(std::uint64_t seed, const Given& given = {}) {
  auto composition = compose_triangle(params_of(kind_of("triangle"), given), seed, ColourCue::none);
  REQUIRE(composition);
  return *std::move(composition);
}

double area(const std::vector<std::uint8_t>& coverage) {
  double sum = 0;
  for (const std::uint8_t value : coverage) sum += value / 255.0;
  return sum / double(coverage.size());
}

/// How red a colour is, from its channels: 1 for pure red, below 0.4 for every other hue there is here.
float redness(Colour c) { return c.red - std::max(c.green, c.blue); }

}  // namespace

TEST_CASE("different seeds give different scenes") {
  CHECK(drawn("triangle", 1, 48).image.pixels != drawn("triangle", 2, 48).image.pixels);
}

TEST_CASE("half of the scenes show a triangle when the seed decides") {
  int triangles = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) triangles += composed(seed).label;
  CHECK(std::abs(triangles - 1000) < 90);  // four standard deviations of a fair coin
}

TEST_CASE("the class can be asked for, and nothing but one figure changes with it") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Composition with = composed(seed, {{"class", "triangle"}}), without = composed(seed, {{"class", "no triangle"}});
    CHECK(with.label == 1);
    CHECK(without.label == 0);
    CHECK(with.things.size() == without.things.size());
    CHECK(with.backdrop.lattice == without.backdrop.lattice);
    CHECK(std::ranges::count_if(with.things, &Thing::decides) == 1);
    CHECK(std::ranges::count_if(without.things, &Thing::decides) == 0);
    std::set<std::string> names, common;
    for (const Thing& thing : with.things) names.insert(thing.name);
    for (const Thing& thing : without.things)
      if (names.contains(thing.name)) common.insert(thing.name);
    CHECK(common.size() == with.things.size() - 1);
  }
}

TEST_CASE("the number of things tells nothing of the class") {
  std::array<std::set<std::size_t>, 2> counts;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Composition scene = composed(seed);
    counts[std::size_t(scene.label)].insert(scene.things.size());
  }
  CHECK(counts[0] == std::set<std::size_t>{2, 3, 4, 5, 6});
  CHECK(counts[0] == counts[1]);
}

TEST_CASE("as many distractors are drawn as are asked for") {
  for (const int wanted : {0, 1, 6}) {
    const Given given{{"distractors", std::to_string(wanted)}, {"class", "triangle"}};
    CHECK(composed(3, given).things.size() == std::size_t(wanted) + 1);
  }
  CHECK(composed(3, {{"distractors", "0"}, {"class", "no triangle"}}).things.empty());
}

TEST_CASE("at least 85 percent of every triangle is visible") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Composition scene = composed(seed, {{"class", "triangle"}});
    const double seen = area(paint(scene, 96).truth.coverage);
    std::erase_if(scene.things, [](const Thing& thing) { return !thing.decides; });
    const double whole = area(paint(scene, 96).truth.coverage);
    CAPTURE(seed);
    CHECK(seen >= 0.85 * whole);
    CHECK(whole >= 0.005);
  }
}

TEST_CASE("every thing lies inside the picture") {
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    for (const Thing& thing : composed(seed, {{"distractors", "6"}}).things) {
      const auto [centre, radius, turn] = thing.place;
      CHECK(std::min(centre.x, centre.y) >= radius);
      CHECK(std::max(centre.x, centre.y) <= 1 - radius);
    }
}

TEST_CASE("the truth is empty without a triangle, and the triangle's part with one") {
  const Scene without = drawn("triangle", 5, 64, {{"class", "no triangle"}});
  CHECK(std::ranges::all_of(without.truth.coverage, [](int v) { return v == 0; }));
  const Scene with = drawn("triangle", 5, 64, {{"class", "triangle"}});
  const auto part = std::ranges::find(with.parts, "triangle", &SceneMask::name);
  REQUIRE(part != with.parts.end());
  CHECK(part->coverage == with.truth.coverage);
}

TEST_CASE("a scene is the same at every size") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Given given{{"class", "triangle"}};
    const double small = area(drawn("triangle", seed, 64, given).truth.coverage);
    const double large = area(drawn("triangle", seed, 300, given).truth.coverage);
    CHECK(small == Catch::Approx(large).epsilon(0.03));  // a corner's coverage is rough at 64 pixels
  }
}

TEST_CASE("with the colour cue the triangle is red and nothing else is") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto scene = compose_triangle(params_of(kind_of("triangle-colour")), seed, ColourCue::red);
    REQUIRE(scene);
    for (const Thing& thing : scene->things) {
      if (thing.decides) CHECK(redness(thing.colour) > 0.45f);
      else CHECK(redness(thing.colour) < 0.4f);
    }
  }
}

TEST_CASE("red can be given to a distractor or to nothing") {
  const auto reds = [](const Given& given) {
    const auto scene = compose_triangle(params_of(kind_of("triangle-colour"), given), 8, ColourCue::red);
    REQUIRE(scene);
    return std::ranges::count_if(scene->things, [](const Thing& t) { return !t.decides && redness(t.colour) > 0.45f; });
  };
  CHECK(reds({{"red", "distractor"}, {"class", "no triangle"}}) == 1);
  CHECK(reds({{"red", "distractor"}, {"class", "triangle"}}) == 1);
  CHECK(reds({{"red", "nothing"}, {"class", "triangle"}}) == 0);
}

TEST_CASE("the smallest and the largest size are drawn") {
  const SceneKind& kind = kind_of("triangle");
  const Params params = params_of(kind);
  CHECK(kind.draw(params, 0, kMinSceneSize));
  CHECK(kind.draw(params, 0, kMaxSceneSize));
}

TEST_CASE("a smallest thing above the largest is refused") {
  const SceneKind& kind = kind_of("triangle");
  const auto scene = kind.draw(params_of(kind, {{"smallest", "40"}, {"largest", "30"}}), 0, 64);
  REQUIRE_FALSE(scene);
  CHECK(scene.error().code == ErrorCode::invalid_argument);
  CHECK(scene.error().message == "parameter smallest: got 40 %, wanted at most largest, 30 %");
}

TEST_CASE("the most crowded scene that can be asked for is drawn") {
  const Given given{{"distractors", "6"}, {"smallest", "60"}, {"largest", "60"}, {"clutter", "60"}, {"grain", "60"}};
  CHECK(drawn("triangle", 0, 64, given).parts.size() >= 6);
}
