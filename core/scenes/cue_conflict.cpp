#include "scenes/cue_conflict.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "scenes/bystanders.h"
#include "scenes/kinds.h"
#include "scenes/silhouettes.h"
#include "scenes/surroundings.h"

namespace whybox {
namespace {

using Names = std::vector<std::string_view>;

constexpr float kLightStep = 0.3f;  // least difference of the two colours' lightness: the texture is read by it
constexpr ColourRange kDark{{0, 1}, {0.3f, 0.85f}, {0.2f, 0.45f}};

Names names(std::string_view Silhouette::* which, bool or_auto) {
  Names all;
  if (or_auto) all.push_back("auto");
  for (const Silhouette& silhouette : silhouettes()) all.push_back(silhouette.*which);
  return all;
}

struct Choice {
  int shape, texture;  // places in silhouettes()
};

Choice choose(const Params& params, std::uint64_t seed) {
  Rng rng = Rng::numbered(seed, kClassAspect);
  const int drawn = rng.below(kSilhouettes), other = 1 + rng.below(kSilhouettes - 1);
  const bool coin = rng.bernoulli(0.5f);
  Choice choice{};
  choice.shape = chosen(params, "class", names(&Silhouette::name, false)).value_or(drawn);
  const std::string& conflict = params.text("conflict");
  const bool conflicts = conflict == "yes" || (conflict == "random" && coin);
  const int texture = conflicts ? (choice.shape + other) % kSilhouettes : choice.shape;
  choice.texture = chosen(params, "texture", names(&Silhouette::surface, false)).value_or(texture);
  return choice;
}

Texture random_texture(TextureKind kind, Colour own, Rng rng) {
  Texture texture{.kind = kind};
  texture.period = rng.uniform(0.105f, 0.15f);
  texture.turn = unit_point(rng.uniform(-0.07f, 0.07f));
  texture.shift = {rng.uniform(), rng.uniform()};
  const float lightness = std::max({own.red, own.green, own.blue}) / 2 + std::min({own.red, own.green, own.blue}) / 2;
  const float hue = rng.uniform(), saturation = rng.uniform(0.2f, 0.9f), step = kLightStep + rng.uniform(0, 0.15f);
  texture.other = from_hsl(hue, saturation, std::min(0.95f, lightness + step));
  return texture;
}

Thing silhouette_thing(Choice choice, const Composition& scene, const Params& params, std::uint64_t seed) {
  Rng rng = Rng::numbered(seed, kLayoutAspect);
  Thing thing{.name = "silhouette", .figure = silhouettes()[std::size_t(choice.shape)].outline(), .place = {}, .colour = {}, .decides = true};
  thing.place.radius = rng.uniform(0.31f, 0.4f);
  const float low = thing.place.radius + 0.01f;
  thing.place.centre = {rng.uniform(low, 1 - low), 0};
  thing.place.centre.y = rng.uniform(low, 1 - low);
  thing.place.turn = unit_point(rng.uniform(-0.06f, 0.06f));
  const float stretch = rng.uniform(0.86f, 1.0f);
  const bool upright = rng.bernoulli(0.5f), mirrored = rng.bernoulli(0.5f);
  for (Point& corner : thing.figure.corners) {
    (upright ? corner.x : corner.y) *= stretch;
    if (mirrored) corner.x = -corner.x;
  }
  thing.colour = random_colour(scene.backdrop, Rng::numbered(seed, kColourAspect), kDark);
  const TextureKind kind = silhouettes()[std::size_t(choice.texture)].texture;
  thing.texture = random_texture(kind, thing.colour, Rng::numbered(seed, kShapeAspect));
  turn_hue(thing.colour, params, "hue");
  turn_hue(thing.texture.other, params, "hue");
  return thing;
}

/// A motion by hand takes the texture with it.
void move_thing(Thing& thing, const Params& params) {
  const Motion motion = motion_of(params);
  move(thing.place, motion, thing.place.centre);
  const Point texture = thing.texture.turn, turn = motion.turn;
  thing.texture.period *= motion.scale;
  if (motion.turn.x != 1) thing.texture.turn = {texture.x * turn.x - texture.y * turn.y, texture.x * turn.y + texture.y * turn.x};
}

Result<Scene> draw(const Params& params, std::uint64_t seed, int size) {
  WHYBOX_CHECK(check_scene_size(size));
  return paint(compose_cue_conflict(params, seed), size);
}

std::vector<ParamSpec> all_params() {
  std::vector<ParamSpec> params{
      {.id = "class", .label = "Shape", .help = "the silhouette, which is the label; auto draws it from the seed",
       .kind = ParamKind::choice, .default_value = "auto", .choices = names(&Silhouette::name, true)},
      {.id = "conflict", .label = "Conflict", .help = "whether the silhouette is filled with another class's texture",
       .kind = ParamKind::choice, .default_value = "no", .choices = {"no", "yes", "random"}},
      {.id = "texture", .label = "Texture", .help = "what fills the silhouette; auto: as the conflict wants it",
       .kind = ParamKind::choice, .default_value = "auto", .choices = names(&Silhouette::surface, true)},
      hue_param("hue", "Hue", "turns the hue of both colours of the texture"),
      {.id = "bystanders", .label = "Bystanders", .help = "balls, butterflies and boxes of any colour; auto: up to 2",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "0", "1", "2", "3", "4", "5"}},
  };
  std::ranges::copy(surrounding_params(), std::back_inserter(params));
  std::ranges::copy(moving_params(), std::back_inserter(params));
  return params;
}

}  // namespace

Composition compose_cue_conflict(const Params& params, std::uint64_t seed) {
  const Choice choice = choose(params, seed);
  Composition scene;
  scene.label = choice.shape;
  surround(scene, params, seed);
  Thing thing = silhouette_thing(choice, scene, params, seed);
  const int drawn = Rng::numbered(seed, kFigureAspect).below(3);
  const int count = params.text("bystanders") == "auto" ? drawn : params.text("bystanders")[0] - '0';
  scene.things = bystanders(count, scene.backdrop, {thing.place}, seed);
  move_thing(thing, params);
  scene.handles = {{thing.place.centre, thing.place.radius}};
  scene.things.push_back(std::move(thing));
  light_up(scene, params, seed);
  scene.traits = {{choice.shape, {"silhouette"}}, {choice.texture, {"silhouette"}}};
  return scene;
}

const SceneKind& cue_conflict_kind() {
  static const SceneKind kind{
      .id = "cue-conflict",
      .name = "Shape or texture",
      .summary = "A silhouette filled with a texture: fish have scales, houses bricks. In conflict, a fish may be of bricks.",
      .classes = names(&Silhouette::name, false),
      .attributes = {{"shape", "Shape", names(&Silhouette::name, false), true}, {"texture", "Texture", names(&Silhouette::surface, false), true}},
      .handles = {{.id = "silhouette", .label = "Silhouette", .x = "x", .y = "y", .scale = "scale", .turn = "turn", .choice = "texture",
                   .hue = "hue"}},
      .params = all_params(),
      .draw = draw,
  };
  return kind;
}

}  // namespace whybox
