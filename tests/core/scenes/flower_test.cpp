#include "scenes/flower.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <format>
#include <set>

using namespace whybox;

namespace {

using Given = std::map<std::string, std::string>;

Scene drawn(std::string_view id, std::uint64_t seed, const Given& given = {}) {
  const SceneKind& kind = **find_scene_kind(id);
  const auto params = resolve(kind.params, given);
  REQUIRE(params);
  auto scene = kind.draw(*params, seed, 64);
  REQUIRE(scene);
  return *std::move(scene);
}

std::string value_of(std::string_view kind_id, const Scene& scene, std::string_view id) {
  const SceneKind& kind = **find_scene_kind(kind_id);
  const auto spec = std::ranges::find(kind.attributes, id, &AttributeSpec::id);
  return std::string(spec->values[std::size_t(scene.attributes[std::size_t(spec - kind.attributes.begin())].value)]);
}

const std::vector<std::uint8_t>& part(const Scene& scene, std::string_view name) {
  const auto found = std::ranges::find(scene.parts, name, &SceneMask::name);
  REQUIRE(found != scene.parts.end());
  return found->coverage;
}

std::vector<std::uint8_t> sum(std::vector<std::uint8_t> a, const std::vector<std::uint8_t>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = std::uint8_t(std::min(255, a[i] + b[i]));
  return a;
}

}  // namespace

TEST_CASE("in the single protocol one part alone bears red, blue or violet, and it is the truth") {
  const std::set<std::string> cues{"red", "blue", "violet"};
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Scene scene = drawn("flower", seed);
    const std::string petals = value_of("flower", scene, "petal-colour"), stem = value_of("flower", scene, "stem-colour");
    CAPTURE(seed, petals, stem);
    REQUIRE(cues.contains(petals) != cues.contains(stem));
    const bool by_petals = cues.contains(petals);
    CHECK((*find_scene_kind("flower"))->classes[std::size_t(scene.label)] ==
          (by_petals ? petals + " petals" : stem + " stem"));
    CHECK(scene.truth.coverage == part(scene, by_petals ? "petals" : "stem"));
  }
}

TEST_CASE("in the double protocol the class is the pair of colours, and both parts are the truth") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Scene scene = drawn("flower-double", seed);
    const std::string petals = value_of("flower-double", scene, "petal-colour"), stem = value_of("flower-double", scene, "stem-colour");
    CHECK((*find_scene_kind("flower-double"))->classes[std::size_t(scene.label)] == std::format("{} petals, {} stem", petals, stem));
    CHECK(scene.truth.coverage == sum(part(scene, "petals"), part(scene, "stem")));
  }
}

TEST_CASE("recoloured petals change the label where that makes another class") {
  const Given red{{"class", "red petals"}};
  CHECK(drawn("flower", 5, red).label == 0);
  CHECK(drawn("flower", 5, {{"class", "red petals"}, {"petal-colour", "violet"}}).label == 2);
  CHECK(drawn("flower", 5, {{"class", "red petals"}, {"petal-colour", "white"}, {"stem-colour", "blue"}}).label == 4);
  // Neither class or both: the label stays.
  CHECK(drawn("flower", 5, {{"class", "red petals"}, {"petal-colour", "white"}}).label == 0);
  CHECK(drawn("flower", 5, {{"class", "red petals"}, {"stem-colour", "blue"}}).label == 0);
  CHECK(drawn("flower-double", 5, {{"class", "red petals, green stem"}, {"petal-colour", "white"}}).label == 9);
}

TEST_CASE("recolouring the petals leaves every other part and its mask alone") {
  const Scene before = drawn("flower", 9, {{"grain", "0"}, {"petal-colour", "red"}});
  const Scene after = drawn("flower", 9, {{"grain", "0"}, {"petal-colour", "yellow"}});
  const auto& petals = part(before, "petals");
  CHECK(petals == part(after, "petals"));
  for (std::size_t p = 0; p < petals.size(); ++p)
    if (petals[p] == 0) CHECK(std::equal(&before.image.pixels[3 * p], &before.image.pixels[3 * p] + 3, &after.image.pixels[3 * p]));
}

TEST_CASE("what is free to vary does not depend on the class") {
  std::map<int, std::set<std::string>> pots, shapes, counts;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Scene scene = drawn("flower", seed);
    pots[scene.label].insert(value_of("flower", scene, "pot"));
    shapes[scene.label].insert(value_of("flower", scene, "petal-shape"));
    counts[scene.label].insert(value_of("flower", scene, "petals"));
  }
  for (int label = 0; label < 6; ++label) {
    CHECK(pots[label].size() == 3);
    CHECK(shapes[label].size() == 3);
    CHECK(counts[label].size() == 6);
  }
}
