#include "scenes/plant.h"

#include <algorithm>
#include <cmath>

#include "scenes/outline.h"

namespace whybox {
namespace {

constexpr float kPetalRim = 0.7f;   // full rims would turn a small daisy dark
constexpr float kThinRim = 0.25f;   // a stem is little wider than a rim
constexpr float kPotFoot = 0.94f;   // from the top

/// The measures of a plant, the picture's side being 1.
struct Measures {
  float size;  // of the whole
  Point foot, bend, head;
  float stem;  // half width
  float radius;  // of the flower
  float pot_width, pot_height;
};

Measures measure(Rng& rng) {
  Measures m{};
  m.size = rng.uniform(0.86f, 1.08f);
  m.pot_width = m.size * rng.uniform(0.23f, 0.32f);
  m.pot_height = m.size * rng.uniform(0.15f, 0.21f);
  m.foot = {rng.uniform(0.34f, 0.66f), kPotFoot - m.pot_height};
  const float lean = rng.uniform(-0.12f, 0.12f), bow = rng.uniform(-0.14f, 0.14f);
  m.radius = m.size * rng.uniform(0.165f, 0.205f);
  m.head = {m.foot.x + lean, std::max(m.radius + 0.03f, m.foot.y - m.size * rng.uniform(0.4f, 0.48f))};
  m.bend = {(m.foot.x + m.head.x) / 2 + bow, (m.foot.y + m.head.y) / 2};
  m.stem = m.size * rng.uniform(0.015f, 0.021f);
  return m;
}

Thing part(std::string name, Placed placed, Colour colour, float rim) {
  return {.name = std::move(name), .figure = std::move(placed.figure), .place = placed.place, .colour = colour,
          .object = "plant", .rim = rim};
}

void add_leaves(Plant& plant, const PlantLook& look, const Measures& m, Rng& rng) {
  const std::vector<Point> stem = curve(m.foot, m.bend, m.head);
  const int first_side = rng.below(2);
  for (int i = 0; i < look.leaves; ++i) {
    const float along = (0.14f + 0.42f * (float(i) + rng.uniform()) / float(look.leaves)) * 10;
    const Point at = stem[std::size_t(along)];
    const bool right = (i + first_side) % 2 == 0;
    const float rise = rng.uniform(0.04f, 0.12f);
    const float length = m.size * rng.uniform(0.075f, 0.105f);
    Pose place{at, length, unit_point(right ? -rise : 0.5f + rise)};
    place.centre = {at.x + place.turn.x * length, at.y + place.turn.y * length};
    plant.things.push_back(part("leaves", {leaf_figure(rng.uniform(0.3f, 0.42f)), place}, look.leaf, 0.5f));
  }
}

Placed pot_body(const PlantLook& look, const Measures& m) {
  const float x = m.foot.x, top = m.foot.y, bottom = kPotFoot, w = m.pot_width / 2;
  const float middle = (top + bottom) / 2;
  switch (look.pot) {
    case PotShape::tapered: return placed_polygon({{x - w, top}, {x + w, top}, {x + 0.66f * w, bottom}, {x - 0.66f * w, bottom}});
    case PotShape::box: return placed_polygon({{x - 0.9f * w, top}, {x + 0.9f * w, top}, {x + 0.9f * w, bottom}, {x - 0.9f * w, bottom}});
    case PotShape::round:
      return placed_polygon(smooth_outline({{x - 0.72f * w, top}, {x + 0.72f * w, top}, {x + 1.05f * w, middle}, {x + 0.62f * w, bottom},
                                            {x - 0.62f * w, bottom}, {x - 1.05f * w, middle}}, 3));
  }
  return {};
}

void add_pot(Plant& plant, const PlantLook& look, const Measures& m) {
  plant.things.push_back(part("pot", pot_body(look, m), look.pot_colour, 1));
  plant.pot = plant.things.back().place;
  const float w = m.pot_width * (look.pot == PotShape::round ? 0.42f : 0.55f), band = m.pot_height * 0.13f;
  const std::vector<Point> rim{{m.foot.x - w, m.foot.y}, {m.foot.x + w, m.foot.y}};
  plant.things.push_back(part("pot", placed_path(rim, band), look.pot_colour, 1));
}

Figure petal_of(const PlantLook& look, float width) {
  switch (look.petal_shape) {
    case PetalShape::pointed: return leaf_figure(std::min(0.62f, 0.9f * width));
    case PetalShape::notched: return petal_figure(std::min(0.85f, width), 0.3f);
    case PetalShape::round: break;
  }
  return petal_figure(std::min(0.8f, width), 0);
}

void add_flower(Plant& plant, const PlantLook& look, const Measures& m, Rng& rng) {
  const float first = rng.uniform(), half = 0.5f * m.radius;
  const float width = 3.1415927f * 1.12f / float(look.petals);  // neighbours overlap a little where petals are widest
  const Figure petal = petal_of(look, width);
  for (int i = 0; i < look.petals; ++i) {
    const Point way = unit_point(first + float(i) / float(look.petals));
    const Point centre{m.head.x + way.x * half, m.head.y + way.y * half};
    Thing thing = part("petals", {petal, {centre, half, way}}, look.petal, kPetalRim);
    plant.things.push_back(std::move(thing));
  }
  const Placed middle{{FigureKind::ellipse, {}, 1}, {m.head, m.radius * rng.uniform(0.24f, 0.32f)}};
  plant.things.push_back(part("flower centre", middle, look.middle, 1));
}

}  // namespace

Plant grow(const PlantLook& look, Rng rng) {
  const Measures m = measure(rng);
  Plant plant{.things = {}, .head = {m.head, m.radius}, .pot = {}, .foot = m.foot};
  plant.things.push_back(part("stem", placed_path(curve(m.foot, m.bend, m.head), m.stem), look.stem, kThinRim));
  add_leaves(plant, look, m, rng);
  add_pot(plant, look, m);
  add_flower(plant, look, m, rng);
  return plant;
}

}  // namespace whybox
