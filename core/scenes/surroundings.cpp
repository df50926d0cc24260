#include "scenes/surroundings.h"

#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

constexpr int kPlaceTries = 60;
constexpr float kCrowding = 0.88f;     // least distance of two centres, in sums of the circles' radii
constexpr float kContrast = 0.32f;     // least distance of a thing's colour from both backdrop colours, of sqrt 3
constexpr int kColourTries = 40;

float contrast(const Backdrop& backdrop, Colour colour) {
  return std::min(distance(colour, backdrop.one), distance(colour, backdrop.other));
}

bool is_free(const std::vector<Pose>& taken, const Pose& place) {
  return std::ranges::none_of(taken, [&](const Pose& other) {
    const float dx = other.centre.x - place.centre.x, dy = other.centre.y - place.centre.y;
    return std::sqrt(dx * dx + dy * dy) < kCrowding * (other.radius + place.radius);
  });
}

Colour drawn(const ColourRange& range, Rng& rng) {
  const float hue = rng.uniform(range.hue[0], range.hue[1]);
  const float saturation = rng.uniform(range.saturation[0], range.saturation[1]);
  return from_hsl(hue, saturation, rng.uniform(range.lightness[0], range.lightness[1]));
}

}  // namespace

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

Colour random_colour(const Backdrop& backdrop, Rng rng, const ColourRange& range) {
  Colour best;
  float best_contrast = -1;
  for (int i = 0; i < kColourTries && best_contrast < kContrast; ++i) {
    const Colour colour = drawn(range, rng);
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

std::vector<Pose> random_places(int count, float smallest, float largest, Rng rng, std::vector<Pose> taken) {
  const std::size_t before = taken.size();
  while (taken.size() < before + std::size_t(count)) {
    Pose place;
    place.radius = rng.uniform(smallest, largest) / 2;
    for (int i = 0; i < kPlaceTries; ++i) {
      if (i % 10 == 9) place.radius = std::max(smallest / 2, place.radius * 0.85f);
      const float low = place.radius + 0.01f;
      place.centre.x = rng.uniform(low, 1 - low);
      place.centre.y = rng.uniform(low, 1 - low);
      if (is_free(taken, place)) break;
    }
    place.turn = unit_point(rng.uniform());
    taken.push_back(place);
  }
  taken.erase(taken.begin(), taken.begin() + std::ptrdiff_t(before));
  return taken;
}

std::vector<ParamSpec> surrounding_params() {
  return {
      {.id = "background", .label = "Background", .help = "what lies behind; auto draws one of gradient, clouds, stripes",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "plain", "gradient", "clouds", "stripes"}},
      {.id = "clutter", .label = "Clutter", .help = "short meaningless strokes on the background",
       .kind = ParamKind::integer, .default_value = "6", .min = 0, .max = 60, .unit = "strokes"},
      {.id = "grain", .label = "Grain", .help = "largest noise of a pixel's brightness",
       .kind = ParamKind::real, .default_value = "5", .min = 0, .max = 60, .unit = "grey levels"},
      {.id = "light", .label = "Light", .help = "turns the direction that light comes from",
       .kind = ParamKind::real, .default_value = "0", .min = -180, .max = 180, .unit = "degrees"},
      {.id = "shadows", .label = "Shadows", .help = "how dark shadows are, of what they are by nature",
       .kind = ParamKind::real, .default_value = "100", .min = 0, .max = 200, .unit = "%"},
  };
}

void surround(Composition& scene, const Params& params, std::uint64_t seed) {
  scene.backdrop = random_backdrop(params.text("background"), Rng::numbered(seed, kBackdropAspect));
  scene.clutter = random_clutter(params.integer("clutter"), scene.backdrop, Rng::numbered(seed, kClutterAspect));
}

void light_up(Composition& scene, const Params& params, std::uint64_t seed) {
  Rng light = Rng::numbered(seed, kLightAspect);
  const Point from = unit_point(light.uniform(0.55f, 0.95f));  // from above: that half of the circle has negative y
  const Point turn = unit_point(params.real("light") / 360);
  scene.light = {from.x * turn.x - from.y * turn.y, from.x * turn.y + from.y * turn.x};
  scene.shading = light.uniform(0.1f, 0.28f);
  scene.shadow = light.uniform(0.15f, 0.4f) * (params.real("shadows") / 100);
  scene.grain = params.real("grain");
  scene.grain_seed = Rng::numbered(seed, kGrainAspect).next();
}

std::vector<ParamSpec> moving_params() {
  return {
      {.id = "x", .label = "To the right", .help = "moves the thing that decides",
       .kind = ParamKind::real, .default_value = "0", .min = -100, .max = 100, .unit = "% of the side"},
      {.id = "y", .label = "Down", .help = "moves the thing that decides",
       .kind = ParamKind::real, .default_value = "0", .min = -100, .max = 100, .unit = "% of the side"},
      {.id = "scale", .label = "Scale", .help = "size of the thing that decides, of what it is by nature",
       .kind = ParamKind::real, .default_value = "100", .min = 25, .max = 250, .unit = "%"},
      {.id = "turn", .label = "Turn", .help = "turns the thing that decides clockwise",
       .kind = ParamKind::real, .default_value = "0", .min = -180, .max = 180, .unit = "degrees"},
  };
}

Motion motion_of(const Params& params) {
  return {{params.real("x") / 100, params.real("y") / 100}, params.real("scale") / 100, unit_point(params.real("turn") / 360)};
}

void move(Pose& place, const Motion& motion, Point around) {
  const auto turned = [&](Point p) {
    return Point{p.x * motion.turn.x - p.y * motion.turn.y, p.x * motion.turn.y + p.y * motion.turn.x};
  };
  if (motion.scale != 1 || motion.turn.x != 1) {
    const Point arm = turned({place.centre.x - around.x, place.centre.y - around.y});
    place.centre = {around.x + arm.x * motion.scale, around.y + arm.y * motion.scale};
    place.radius *= motion.scale;
    place.turn = turned(place.turn);
  }
  place.centre = {place.centre.x + motion.shift.x, place.centre.y + motion.shift.y};
}

ParamSpec hue_param(std::string_view id, std::string_view label, std::string_view help) {
  return {.id = id, .label = label, .help = help, .kind = ParamKind::real, .default_value = "0", .min = -180, .max = 180,
          .unit = "degrees"};
}

void turn_hue(Colour& colour, const Params& params, std::string_view id) { colour = turned_hue(colour, params.real(id) / 360); }

std::optional<int> chosen(const Params& params, std::string_view id, std::span<const std::string_view> values) {
  const auto place = std::ranges::find(values, params.text(id));
  if (place == values.end()) return std::nullopt;
  return int(place - values.begin());
}

}  // namespace whybox
