#include "scenes/bystanders.h"

#include <format>

#include "scenes/outline.h"
#include "scenes/surroundings.h"

namespace whybox {
namespace {

constexpr float kSmallest = 0.09f, kLargest = 0.17f;
constexpr ColourRange kBright{{0, 1}, {0.55f, 0.95f}, {0.36f, 0.62f}};
constexpr Colour kInk{0.12f, 0.1f, 0.12f};

/// A circle that moves, turns and scales with another.
Pose on(const Pose& whole, Point at, float radius, float turns = 0) {
  const Point turn = unit_point(turns);
  return {{whole.centre.x + whole.radius * (at.x * whole.turn.x - at.y * whole.turn.y),
           whole.centre.y + whole.radius * (at.x * whole.turn.y + at.y * whole.turn.x)},
          whole.radius * radius,
          {whole.turn.x * turn.x - whole.turn.y * turn.y, whole.turn.x * turn.y + whole.turn.y * turn.x}};
}

void add_butterfly(std::vector<Thing>& things, const Thing& like) {
  const auto wing = [&](Point at, float radius, float turns) {
    Thing thing = like;
    thing.figure = {FigureKind::ellipse, {}, 0.66f};
    thing.place = on(like.place, at, radius, turns);
    things.push_back(thing);
  };
  wing({-0.45f, 0.42f}, 0.42f, 0.38f);
  wing({0.45f, 0.42f}, 0.42f, 0.12f);
  wing({-0.5f, -0.28f}, 0.5f, 0.12f);
  wing({0.5f, -0.28f}, 0.5f, 0.38f);
  Thing body = like;
  body.colour = kInk;
  body.figure = {FigureKind::ellipse, {}, 0.2f};
  body.place = on(like.place, {0, 0.05f}, 0.6f, 0.25f);
  things.push_back(body);
}

}  // namespace

std::vector<Thing> bystanders(int count, const Backdrop& backdrop, std::vector<Pose> taken, std::uint64_t seed) {
  std::vector<Thing> things;
  const auto places = random_places(count, kSmallest, kLargest, Rng::numbered(seed, kFigureAspect + 1), std::move(taken));
  for (std::size_t i = 0; i < places.size(); ++i) {
    Rng rng = Rng::numbered(seed, kFigureAspect + 2 + i);
    const int kind = rng.below(3);
    Thing thing{.name = {}, .figure = {FigureKind::ellipse, {}, 1}, .place = places[i],
                .colour = random_colour(backdrop, Rng::numbered(seed, kColourAspect + 50 + i), kBright)};
    constexpr std::string_view kNames[] = {"ball", "butterfly", "box"};
    thing.name = std::format("{} {}", kNames[kind], i + 1);
    if (kind == 1) {
      thing.place.turn = unit_point(rng.uniform(-0.1f, 0.1f));
      add_butterfly(things, thing);
      continue;
    }
    if (kind == 2) thing.figure = {FigureKind::polygon, {{-0.7f, -0.7f}, {0.7f, -0.7f}, {0.7f, 0.7f}, {-0.7f, 0.7f}}};
    things.push_back(std::move(thing));
  }
  return things;
}

}  // namespace whybox
