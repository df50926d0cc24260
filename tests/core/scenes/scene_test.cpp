#include "scenes/scene.h"

#include <catch2/catch_test_macros.hpp>

using namespace whybox;

TEST_CASE("every kind of scene is found by its id and describes itself") {
  REQUIRE_FALSE(scene_kinds().empty());
  for (const SceneKind* kind : scene_kinds()) {
    CHECK(find_scene_kind(kind->id).value() == kind);
    CHECK_FALSE(kind->name.empty());
    CHECK_FALSE(kind->summary.empty());
    CHECK(kind->classes.size() >= 2);
    for (const ParamSpec& spec : kind->params) CHECK_FALSE(spec.help.empty());
  }
}

TEST_CASE("every kind of scene draws itself with its defaults: picture, label and masks of the size asked for") {
  for (const SceneKind* kind : scene_kinds()) {
    const auto params = resolve(kind->params, {});
    REQUIRE(params);
    const auto scene = kind->draw(*params, 3, 40);
    REQUIRE(scene);
    CHECK(validate(scene->image));
    CHECK(scene->image.height == 40);
    CHECK(scene->image.width == 40);
    CHECK(scene->truth.coverage.size() == 1600);
    for (const SceneMask& part : scene->parts) CHECK(part.coverage.size() == 1600);
    CHECK((scene->label >= 0 && std::size_t(scene->label) < kind->classes.size()));
  }
}

TEST_CASE("an unknown kind of scene is refused and the known ones are named") {
  const auto kind = find_scene_kind("hexagon");
  REQUIRE_FALSE(kind);
  CHECK(kind.error().code == ErrorCode::invalid_argument);
  CHECK(kind.error().message == "unknown kind of scene \"hexagon\"; there are: triangle, triangle-colour, flower, flower-double, cue-conflict, "
                                "clever-hans");
}
