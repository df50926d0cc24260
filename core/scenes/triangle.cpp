#include "scenes/triangle.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/rng.h"
#include "scenes/figures.h"
#include "scenes/kinds.h"
#include "scenes/surroundings.h"

namespace whybox {
namespace {

constexpr int kAutoFewest = 2, kAutoMost = 6;  // things in a scene whose number of distractors is not given
constexpr ColourRange kAnyColour{};
// Red as a cue must stay red: only its lightness gives way to the backdrop.
constexpr ColourRange kRed{{-0.03f, 0.03f}, {0.78f, 0.95f}, {0.42f, 0.58f}};
constexpr ColourRange kOther{.hue = {0.11f, 0.87f}};

struct Choice {
  int label;       // 1: there is a triangle
  int things;      // in all
  float smallest;  // diameters, picture side 1
  float largest;
};

Result<Choice> choose(const Params& params, std::uint64_t seed) {
  Choice choice{};
  const std::string& wanted = params.text("class");
  const bool drawn = Rng::numbered(seed, kClassAspect).bernoulli(0.5f);
  choice.label = wanted == "triangle" || (wanted == "auto" && drawn) ? 1 : 0;
  const std::string& distractors = params.text("distractors");
  choice.things = distractors == "auto" ? kAutoFewest + Rng::numbered(seed, kLayoutAspect).below(kAutoMost - kAutoFewest + 1)
                                        : params.integer("distractors") + choice.label;
  choice.smallest = params.real("smallest") / 100;
  choice.largest = params.real("largest") / 100;
  if (choice.smallest > choice.largest)
    return fail(ErrorCode::invalid_argument, "parameter smallest: got {} %, wanted at most largest, {} %",
                params.real("smallest"), params.real("largest"));
  return choice;
}

/// The thing of each place: a triangle in the first, if there is one, distractors in all others.
std::vector<Thing> fill_places(const std::vector<Pose>& places, bool triangle, std::uint64_t seed) {
  std::vector<Thing> things;
  for (std::size_t i = 0; i < places.size(); ++i) {
    Rng rng = Rng::numbered(seed, kFigureAspect + i);
    Thing thing{.name = {}, .figure = {}, .place = places[i], .colour = {}};
    if (triangle && i == 0) {
      thing.name = "triangle";
      thing.figure = random_triangle(rng);
      thing.decides = true;
    } else {
      auto [name, figure] = random_distractor(rng);
      thing.name = std::format("{} {}", name, i + 1);
      thing.figure = std::move(figure);
    }
    things.push_back(std::move(thing));
  }
  return things;
}

/// Without a cue every thing's colour comes from the same lot. With it, red is only where `bearer` says.
void colour_things(std::vector<Thing>& things, const Composition& scene, std::uint64_t seed, ColourCue cue,
                   const std::string& bearer) {
  const bool triangle = !things.empty() && things[0].decides;
  const std::size_t distractor = triangle ? 1 : 0;
  for (std::size_t i = 0; i < things.size(); ++i) {
    Rng rng = Rng::numbered(seed, kColourAspect + i);
    const bool is_red = cue == ColourCue::red && ((bearer == "triangle" && things[i].decides) ||
                                                  (bearer == "distractor" && i == distractor));
    if (is_red) things[i].colour = random_colour(scene.backdrop, rng, kRed);
    else if (cue == ColourCue::red) things[i].colour = random_colour(scene.backdrop, rng, kOther);
    else things[i].colour = random_colour(scene.backdrop, rng, kAnyColour);
  }
}

/// Moves the first thing to a random layer, and a triangle that would be hidden there to the front.
void order(Composition& scene, std::uint64_t seed) {
  if (scene.things.empty()) return;
  const auto layer = Rng::numbered(seed, kOrderAspect).below(int(scene.things.size()));
  std::rotate(scene.things.begin(), scene.things.begin() + 1, scene.things.begin() + layer + 1);
  const auto moved = scene.things.begin() + layer;
  if (moved->decides && visible_part(scene, std::size_t(layer)) < kVisibleTriangle)
    std::rotate(moved, moved + 1, scene.things.end());
}

/// What a hand has done to the triangle, and what can be said of the scene.
void describe_things(Composition& scene, const Params& params) {
  Trait shown{.value = scene.label};
  SceneHandle handle;
  for (Thing& thing : scene.things) {
    if (!thing.decides) continue;
    move(thing.place, motion_of(params), thing.place.centre);
    turn_hue(thing.colour, params, "hue");
    shown.parts.push_back(thing.name);
    handle = {thing.place.centre, thing.place.radius};
  }
  scene.traits = {std::move(shown), {.value = int(scene.things.size())}};
  for (const Thing& thing : scene.things) scene.traits[1].parts.push_back(thing.name);
  scene.handles = {handle};
}

template <ColourCue cue>
Result<Scene> draw(const Params& params, std::uint64_t seed, int size) {
  WHYBOX_CHECK(check_scene_size(size));
  WHYBOX_TRY(const Composition scene, compose_triangle(params, seed, cue));
  return paint(scene, size);
}

std::vector<ParamSpec> common_params() {
  std::vector<ParamSpec> params{
      {.id = "class", .label = "Class", .help = "what the scene shows; auto draws it from the seed",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "no triangle", "triangle"}},
      {.id = "distractors", .label = "Distractors", .help = "number of things that are no triangle; auto: 2 to 6 things in all",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "0", "1", "2", "3", "4", "5", "6"}},
      {.id = "smallest", .label = "Smallest thing", .help = "least diameter of the circle around a thing",
       .kind = ParamKind::real, .default_value = "20", .min = 8, .max = 60, .unit = "% of the side"},
      {.id = "largest", .label = "Largest thing", .help = "greatest diameter of the circle around a thing",
       .kind = ParamKind::real, .default_value = "36", .min = 8, .max = 60, .unit = "% of the side"},
  };
  std::ranges::copy(surrounding_params(), std::back_inserter(params));
  std::ranges::copy(moving_params(), std::back_inserter(params));
  params.push_back(hue_param("hue", "Hue", "turns the triangle's hue"));
  return params;
}

}  // namespace

Result<Composition> compose_triangle(const Params& params, std::uint64_t seed, ColourCue cue) {
  WHYBOX_TRY(const Choice choice, choose(params, seed));
  Composition scene;
  scene.label = choice.label;
  surround(scene, params, seed);
  const auto places = random_places(choice.things, choice.smallest, choice.largest, Rng::numbered(seed, kLayoutAspect));
  scene.things = fill_places(places, choice.label == 1, seed);
  colour_things(scene.things, scene, seed, cue, cue == ColourCue::red ? params.text("red") : "");
  order(scene, seed);
  light_up(scene, params, seed);
  describe_things(scene, params);
  return scene;
}

namespace {

std::vector<AttributeSpec> attributes() {
  return {{"triangle", "Triangle", {"no", "yes"}}, {"things", "Things in all", {"0", "1", "2", "3", "4", "5", "6", "7"}}};
}

std::vector<HandleSpec> handles() {
  return {{.id = "triangle", .label = "Triangle", .x = "x", .y = "y", .scale = "scale", .turn = "turn", .hue = "hue"}};
}

}  // namespace

const SceneKind& triangle_kind() {
  static const SceneKind kind{
      .id = "triangle",
      .name = "Triangle",
      .summary = "Is there a triangle among the things? Colours, sizes and places tell nothing.",
      .classes = {"no triangle", "triangle"},
      .attributes = attributes(),
      .handles = handles(),
      .params = common_params(),
      .draw = draw<ColourCue::none>,
  };
  return kind;
}

const SceneKind& triangle_colour_kind() {
  static const SceneKind kind{
      .id = "triangle-colour",
      .name = "Red triangle",
      .summary = "Is there a triangle? It alone is red: does a network look at the colour or at the shape?",
      .classes = {"no triangle", "triangle"},
      .attributes = attributes(),
      .handles = handles(),
      .params =
          [] {
            auto params = common_params();
            params.push_back({.id = "red", .label = "Red is", .help = "which thing is red; no network was trained on any but triangle",
                              .kind = ParamKind::choice, .default_value = "triangle",
                              .choices = {"triangle", "distractor", "nothing"}});
            return params;
          }(),
      .draw = draw<ColourCue::red>,
  };
  return kind;
}

}  // namespace whybox
