#include "scenes/triangle.h"

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "scenes/figures.h"
#include "scenes/kinds.h"

namespace whybox {
namespace {

enum Aspect : std::uint64_t { kClass = 1, kLayout, kBackdrop, kLight, kClutter, kGrain, kOrder, kColours = 100, kFigures = 200 };

constexpr int kAutoFewest = 2, kAutoMost = 6;  // things in a scene whose number of distractors is not given
constexpr int kPlaceTries = 60;
constexpr float kCrowding = 0.88f;     // least distance of two centres, in sums of the circles' radii
constexpr float kContrast = 0.32f;     // least distance of a thing's colour from both backdrop colours, of sqrt 3
constexpr int kColourTries = 40;
constexpr float kRedWidth = 0.03f;     // of the hue circle, to either side of pure red
constexpr float kOtherHues[] = {0.11f, 0.87f};

Backdrop random_backdrop(const std::string& style, Rng rng) {
  constexpr BackdropStyle kStyles[] = {BackdropStyle::gradient, BackdropStyle::clouds, BackdropStyle::stripes,
                                       BackdropStyle::plain};
  constexpr std::string_view kNames[] = {"gradient", "clouds", "stripes", "plain"};
  Backdrop backdrop;
  const int drawn = rng.below(3);  // "plain" is only for those who ask for it
  const auto named = std::ranges::find(kNames, style) - std::begin(kNames);
  backdrop.style = kStyles[style == "auto" ? drawn : int(named)];
  const bool bright = rng.bernoulli(0.6f);
  const float hue = rng.uniform(), saturation = rng.uniform(0.08f, 0.4f);
  const float lightness = bright ? rng.uniform(0.66f, 0.88f) : rng.uniform(0.16f, 0.36f);
  const float step = (rng.bernoulli(0.5f) ? 1.0f : -1.0f) * rng.uniform(0.06f, 0.11f);
  const float spread = backdrop.style == BackdropStyle::stripes ? 0.6f * step : step;  // stripes crowd a picture soonest
  backdrop.one = from_hsl(hue, saturation, lightness - spread);
  backdrop.other = from_hsl(hue + rng.uniform(-0.09f, 0.09f), saturation, lightness + spread);
  backdrop.direction = unit_point(rng.uniform());
  backdrop.stripes = rng.uniform(3, 8);
  backdrop.lattice.resize(kCloudPoints);
  for (float& value : backdrop.lattice) value = rng.uniform();
  return backdrop;
}

float contrast(const Backdrop& backdrop, Colour colour) {
  return std::min(distance(colour, backdrop.one), distance(colour, backdrop.other));
}

/// The first colour that stands out from the backdrop, or the best of all tries. `low` and `high` bound the hue.
Colour random_colour(const Backdrop& backdrop, Rng rng, float low, float high) {
  Colour best;
  float best_contrast = -1;
  for (int i = 0; i < kColourTries && best_contrast < kContrast; ++i) {
    const Colour colour = from_hsl(rng.uniform(low, high), rng.uniform(0.35f, 0.82f), rng.uniform(0.3f, 0.72f));
    const float reached = contrast(backdrop, colour);
    if (reached > best_contrast) best = colour;
    best_contrast = std::max(best_contrast, reached);
  }
  return best;
}

/// Red as a cue must stay red: only its lightness gives way to the backdrop.
Colour red(const Backdrop& backdrop, Rng rng) {
  Colour best;
  float best_contrast = -1;
  for (int i = 0; i < kColourTries && best_contrast < kContrast; ++i) {
    const Colour colour =
        from_hsl(rng.uniform(-kRedWidth, kRedWidth), rng.uniform(0.78f, 0.95f), rng.uniform(0.42f, 0.58f));
    const float reached = contrast(backdrop, colour);
    if (reached > best_contrast) best = colour;
    best_contrast = std::max(best_contrast, reached);
  }
  return best;
}

std::vector<Stroke> random_clutter(int count, const Backdrop& backdrop, Rng rng) {
  std::vector<Stroke> strokes;
  for (int i = 0; i < count; ++i) {
    const Point from{rng.uniform(), rng.uniform()};
    const Point way = unit_point(rng.uniform());
    const float length = rng.uniform(0.02f, 0.1f);
    const float width = rng.uniform(0.002f, 0.005f);
    const Colour ink = rng.bernoulli(0.5f) ? Colour{0, 0, 0} : Colour{1, 1, 1};
    const Colour colour = blend(blend(backdrop.one, backdrop.other, 0.5f), ink, rng.uniform(0.08f, 0.3f));
    strokes.push_back({from, {from.x + way.x * length, from.y + way.y * length}, width, colour});
  }
  return strokes;
}

bool is_free(const std::vector<Placement>& taken, const Placement& place) {
  return std::ranges::none_of(taken, [&](const Placement& other) {
    const float dx = other.centre.x - place.centre.x, dy = other.centre.y - place.centre.y;
    return std::sqrt(dx * dx + dy * dy) < kCrowding * (other.radius + place.radius);
  });
}

/// Circles inside the picture that hardly overlap; where there is no room left they get smaller.
std::vector<Placement> random_places(int count, float smallest, float largest, Rng rng) {
  std::vector<Placement> places;
  while (int(places.size()) < count) {
    Placement place;
    place.radius = rng.uniform(smallest, largest) / 2;
    for (int i = 0; i < kPlaceTries; ++i) {
      if (i % 10 == 9) place.radius = std::max(smallest / 2, place.radius * 0.85f);
      const float low = place.radius + 0.01f;
      place.centre = {rng.uniform(low, 1 - low), rng.uniform(low, 1 - low)};
      if (is_free(places, place)) break;
    }
    place.turn = unit_point(rng.uniform());
    places.push_back(place);
  }
  return places;
}

struct Choice {
  int label;       // 1: there is a triangle
  int things;      // in all
  float smallest;  // diameters, picture side 1
  float largest;
};

Result<Choice> choose(const Params& params, std::uint64_t seed) {
  Choice choice{};
  const std::string& wanted = params.text("class");
  const bool drawn = Rng::numbered(seed, kClass).bernoulli(0.5f);
  choice.label = wanted == "triangle" || (wanted == "auto" && drawn) ? 1 : 0;
  const std::string& distractors = params.text("distractors");
  choice.things = distractors == "auto" ? kAutoFewest + Rng::numbered(seed, kLayout).below(kAutoMost - kAutoFewest + 1)
                                        : params.integer("distractors") + choice.label;
  choice.smallest = params.real("smallest") / 100;
  choice.largest = params.real("largest") / 100;
  if (choice.smallest > choice.largest)
    return fail(ErrorCode::invalid_argument, "parameter smallest: got {} %, wanted at most largest, {} %",
                params.real("smallest"), params.real("largest"));
  return choice;
}

/// The thing of each place: a triangle in the first, if there is one, distractors in all others.
std::vector<Thing> fill_places(const std::vector<Placement>& places, bool triangle, std::uint64_t seed) {
  std::vector<Thing> things;
  for (std::size_t i = 0; i < places.size(); ++i) {
    Rng rng = Rng::numbered(seed, kFigures + i);
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
    Rng rng = Rng::numbered(seed, kColours + i);
    const bool is_red = cue == ColourCue::red && ((bearer == "triangle" && things[i].decides) ||
                                                  (bearer == "distractor" && i == distractor));
    if (is_red) things[i].colour = red(scene.backdrop, rng);
    else if (cue == ColourCue::red) things[i].colour = random_colour(scene.backdrop, rng, kOtherHues[0], kOtherHues[1]);
    else things[i].colour = random_colour(scene.backdrop, rng, 0, 1);
  }
}

/// Moves the first thing to a random layer, and a triangle that would be hidden there to the front.
void order(Composition& scene, std::uint64_t seed) {
  if (scene.things.empty()) return;
  const auto layer = Rng::numbered(seed, kOrder).below(int(scene.things.size()));
  std::rotate(scene.things.begin(), scene.things.begin() + 1, scene.things.begin() + layer + 1);
  const auto moved = scene.things.begin() + layer;
  if (moved->decides && visible_part(scene, std::size_t(layer)) < kVisibleTriangle)
    std::rotate(moved, moved + 1, scene.things.end());
}

template <ColourCue cue>
Result<Scene> draw(const Params& params, std::uint64_t seed, int size) {
  if (size < kMinSceneSize || size > kMaxSceneSize)
    return fail(ErrorCode::out_of_range, "scene: size is {} pixels, wanted {} to {}", size, kMinSceneSize, kMaxSceneSize);
  WHYBOX_TRY(const Composition scene, compose_triangle(params, seed, cue));
  return paint(scene, size);
}

std::vector<ParamSpec> common_params() {
  return {
      {.id = "class", .label = "Class", .help = "what the scene shows; auto draws it from the seed",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "no triangle", "triangle"}},
      {.id = "distractors", .label = "Distractors", .help = "number of things that are no triangle; auto: 2 to 6 things in all",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "0", "1", "2", "3", "4", "5", "6"}},
      {.id = "smallest", .label = "Smallest thing", .help = "least diameter of the circle around a thing",
       .kind = ParamKind::real, .default_value = "20", .min = 8, .max = 60, .unit = "% of the side"},
      {.id = "largest", .label = "Largest thing", .help = "greatest diameter of the circle around a thing",
       .kind = ParamKind::real, .default_value = "36", .min = 8, .max = 60, .unit = "% of the side"},
      {.id = "background", .label = "Background", .help = "what lies behind; auto draws one of gradient, clouds, stripes",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "plain", "gradient", "clouds", "stripes"}},
      {.id = "clutter", .label = "Clutter", .help = "short meaningless strokes on the background",
       .kind = ParamKind::integer, .default_value = "6", .min = 0, .max = 60, .unit = "strokes"},
      {.id = "grain", .label = "Grain", .help = "largest noise of a pixel's brightness",
       .kind = ParamKind::real, .default_value = "5", .min = 0, .max = 60, .unit = "grey levels"},
  };
}

}  // namespace

Result<Composition> compose_triangle(const Params& params, std::uint64_t seed, ColourCue cue) {
  WHYBOX_TRY(const Choice choice, choose(params, seed));
  Composition scene;
  scene.label = choice.label;
  scene.backdrop = random_backdrop(params.text("background"), Rng::numbered(seed, kBackdrop));
  scene.clutter = random_clutter(params.integer("clutter"), scene.backdrop, Rng::numbered(seed, kClutter));
  const auto places = random_places(choice.things, choice.smallest, choice.largest, Rng::numbered(seed, kLayout));
  scene.things = fill_places(places, choice.label == 1, seed);
  colour_things(scene.things, scene, seed, cue, cue == ColourCue::red ? params.text("red") : "");
  order(scene, seed);
  Rng light = Rng::numbered(seed, kLight);
  scene.light = unit_point(light.uniform(0.55f, 0.95f));  // from above: that half of the circle has negative y
  scene.shading = light.uniform(0.1f, 0.28f);
  scene.shadow = light.uniform(0.15f, 0.4f);
  scene.grain = params.real("grain");
  scene.grain_seed = Rng::numbered(seed, kGrain).next();
  return scene;
}

const SceneKind& triangle_kind() {
  static const SceneKind kind{
      .id = "triangle",
      .name = "Triangle",
      .summary = "Is there a triangle among the things? Colours, sizes and places tell nothing.",
      .classes = {"no triangle", "triangle"},
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
