#include "scenes/clever_hans.h"

#include <algorithm>
#include <iterator>

#include "scenes/bystanders.h"
#include "scenes/kinds.h"
#include "scenes/outline.h"
#include "scenes/surroundings.h"

namespace whybox {
namespace {

using Names = std::vector<std::string_view>;

enum Animal { kCat, kDog, kBear, kRabbit };

const Names& animals() {
  static const Names names{"cat", "dog", "bear", "rabbit"};
  return names;
}

const Names& mark_rules() {
  static const Names names{"with its class", "never", "always", "at random", "with the others"};
  return names;
}

constexpr ColourRange kFur{{0, 1}, {0.2f, 0.75f}, {0.3f, 0.7f}};
constexpr Colour kInk{0.1f, 0.08f, 0.08f};
constexpr Colour kWhite{0.97f, 0.96f, 0.94f};
constexpr Colour kPaper{0.98f, 0.97f, 0.93f};
constexpr Colour kPen{0.1f, 0.2f, 0.62f};
constexpr float kMarkWidth = 0.19f, kMarkHeight = 0.085f, kMarkMargin = 0.03f;  // the picture's side is 1

/// A face around a point, one unit of length being the head's radius.
class Face {
 public:
  Face(Pose head, Colour fur) : head_(head), fur_(fur) {}

  void add(std::string name, Figure figure, Point at, float radius, float turns, Colour colour, float rim = 1, bool shadow = false) {
    const Pose place{{head_.centre.x + head_.radius * at.x, head_.centre.y + head_.radius * at.y}, head_.radius * radius, unit_point(turns)};
    things_.push_back({.name = std::move(name), .figure = std::move(figure), .place = place, .colour = colour, .decides = false,
                       .object = "animal", .rim = rim, .casts_shadow = shadow});
    things_.back().decides = things_.back().name == "ears";
  }
  /// The same to the left and to the right.
  void add_pair(const std::string& name, const Figure& figure, Point at, float radius, float turns, Colour colour, float rim = 1,
                bool shadow = false) {
    add(name, figure, {-at.x, at.y}, radius, 0.5f - turns, colour, rim, shadow);
    add(name, figure, at, radius, turns, colour, rim, shadow);
  }
  Colour fur() const { return fur_; }
  Colour inner() const { return blend(fur_, {0.98f, 0.75f, 0.74f}, 0.6f); }
  std::vector<Thing> take() { return std::move(things_); }

 private:
  Pose head_;
  Colour fur_;
  std::vector<Thing> things_;
};

Figure ellipse(float breadth) { return {FigureKind::ellipse, {}, breadth}; }

Figure pointed_ear() { return {FigureKind::polygon, {{1, 0}, {-0.62f, 0.62f}, {-0.8f, 0}, {-0.62f, -0.62f}}}; }

/// Ears that stand behind the head. Turns are clockwise from the right; the ear's own axis points outwards.
void add_ears_behind(Face& face, int animal, Rng& rng) {
  const float spread = rng.uniform(-0.02f, 0.02f), length = rng.uniform(0.92f, 1.1f);
  if (animal == kCat) {
    face.add_pair("ears", pointed_ear(), {0.62f, -0.88f}, 0.62f * length, 0.84f + spread, face.fur(), 1, true);
    face.add_pair("ears", pointed_ear(), {0.62f, -0.86f}, 0.38f * length, 0.84f + spread, face.inner(), 0.3f);
  } else if (animal == kBear) {
    face.add_pair("ears", ellipse(1), {0.7f, -0.72f}, 0.38f * length, 0, face.fur(), 1, true);
    face.add_pair("ears", ellipse(1), {0.7f, -0.72f}, 0.21f * length, 0, face.inner(), 0.3f);
  } else if (animal == kRabbit) {
    face.add_pair("ears", ellipse(0.3f), {0.38f, -1.45f}, 0.8f * length, 0.79f + spread, face.fur(), 1, true);
    face.add_pair("ears", ellipse(0.26f), {0.38f, -1.45f}, 0.58f * length, 0.79f + spread, face.inner(), 0.3f);
  }
}

/// A dog's ears hang over its head.
void add_ears_before(Face& face, int animal, Rng& rng) {
  const float spread = rng.uniform(-0.02f, 0.02f), length = rng.uniform(0.92f, 1.1f);
  if (animal == kDog) face.add_pair("ears", ellipse(0.46f), {0.88f, -0.24f}, 0.66f * length, 0.2f + spread, blend(face.fur(), kInk, 0.35f), 1, true);
}

void add_features(Face& face, Rng& rng) {
  const float eye = rng.uniform(0.12f, 0.17f), apart = rng.uniform(0.34f, 0.42f), height = rng.uniform(-0.22f, -0.1f);
  face.add_pair("eyes", ellipse(1), {apart, height}, eye, 0, kWhite, 0.3f);
  face.add_pair("eyes", ellipse(1), {apart, height}, eye * 0.68f, 0, kInk, 0);
  const float muzzle = rng.uniform(0.36f, 0.46f);
  face.add("muzzle", ellipse(0.74f), {0, 0.42f}, muzzle, 0, blend(face.fur(), kWhite, 0.6f), 0.4f);
  face.add("nose", ellipse(0.7f), {0, 0.28f}, muzzle * 0.38f, 0, blend(kInk, face.inner(), rng.uniform(0, 0.6f)), 0);
}

/// The face and the shoulders under it, of the object "animal".
std::vector<Thing> animal_things(int animal, const Pose& head, Colour fur, Rng rng) {
  Face face(head, fur);
  const float body = rng.uniform(1.05f, 1.3f), breadth = rng.uniform(0.84f, 1.0f);
  face.add("body", ellipse(0.94f), {0, 0.62f + body}, body, 0.25f, blend(fur, kInk, 0.12f), 1, true);
  add_ears_behind(face, animal, rng);
  face.add("head", ellipse(breadth), {0, 0}, 1, 0, fur, 1, true);
  add_features(face, rng);
  add_ears_before(face, animal, rng);
  return face.take();
}

/// A label with a scribbled name, as a photographer leaves it.
std::vector<Thing> mark_things(const Params& params, Rng rng) {
  const Point corner{kMarkMargin + rng.uniform(-0.01f, 0.01f) + params.real("mark-x") / 100,
                     1 - kMarkMargin - kMarkHeight + rng.uniform(-0.01f, 0.01f) + params.real("mark-y") / 100};
  const auto at = [&](float x, float y) { return Point{corner.x + x * kMarkWidth, corner.y + y * kMarkHeight}; };
  const Placed paper = placed_polygon({at(0, 0), at(1, 0), at(1, 1), at(0, 1)});
  const Placed name = placed_path({at(0.1f, 0.75f), at(0.22f, 0.2f), at(0.32f, 0.75f), at(0.44f, 0.3f), at(0.54f, 0.75f), at(0.66f, 0.3f),
                                   at(0.74f, 0.72f), at(0.92f, 0.55f)}, 0.008f);
  const auto thing = [](const Placed& placed, Colour colour) {
    return Thing{.name = "mark", .figure = placed.figure, .place = placed.place, .colour = colour, .rim = 0, .casts_shadow = false};
  };
  return {thing(paper, kPaper), thing(name, kPen)};
}

bool has_mark(const Params& params, int label, bool coin) {
  const bool own = animals()[std::size_t(label)] == params.text("marked");
  switch (chosen(params, "mark", mark_rules()).value_or(0)) {
    case 0: return own;
    case 1: return false;
    case 2: return true;
    case 3: return coin;
    default: return !own;
  }
}

Result<Scene> draw(const Params& params, std::uint64_t seed, int size) {
  WHYBOX_CHECK(check_scene_size(size));
  return paint(compose_clever_hans(params, seed), size);
}

std::vector<ParamSpec> all_params() {
  Names classes = animals();
  classes.insert(classes.begin(), "auto");
  std::vector<ParamSpec> params{
      {.id = "class", .label = "Animal", .help = "the animal, told by its ears; auto draws it from the seed",
       .kind = ParamKind::choice, .default_value = "auto", .choices = classes},
      {.id = "mark", .label = "Mark", .help = "which scenes carry a label in the corner; networks were trained with one rule of these",
       .kind = ParamKind::choice, .default_value = "with its class", .choices = mark_rules()},
      {.id = "marked", .label = "Marked class", .help = "whose mark it is",
       .kind = ParamKind::choice, .default_value = "cat", .choices = animals()},
      {.id = "mark-x", .label = "Mark to the right", .help = "moves the mark",
       .kind = ParamKind::real, .default_value = "0", .min = -100, .max = 100, .unit = "% of the side"},
      {.id = "mark-y", .label = "Mark down", .help = "moves the mark",
       .kind = ParamKind::real, .default_value = "0", .min = -100, .max = 100, .unit = "% of the side"},
      hue_param("hue", "Hue", "turns the hue of the animal's fur"),
      {.id = "bystanders", .label = "Bystanders", .help = "balls, butterflies and boxes of any colour; auto: up to 2",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "0", "1", "2", "3", "4", "5"}},
  };
  std::ranges::copy(surrounding_params(), std::back_inserter(params));
  std::ranges::copy(moving_params(), std::back_inserter(params));
  return params;
}

Pose random_head(Rng rng) {
  Pose head;
  head.radius = rng.uniform(0.17f, 0.225f);
  head.centre.x = rng.uniform(0.32f, 0.68f);
  head.centre.y = rng.uniform(0.46f, 0.58f);
  return head;
}

}  // namespace

Composition compose_clever_hans(const Params& params, std::uint64_t seed) {
  Composition scene;
  const int drawn = Rng::numbered(seed, kClassAspect).below(int(animals().size()));
  scene.label = chosen(params, "class", animals()).value_or(drawn);
  surround(scene, params, seed);
  Pose head = random_head(Rng::numbered(seed, kLayoutAspect));
  Colour fur = random_colour(scene.backdrop, Rng::numbered(seed, kColourAspect), kFur);
  turn_hue(fur, params, "hue");
  std::vector<Thing> animal = animal_things(scene.label, head, fur, Rng::numbered(seed, kShapeAspect));
  const int balls = Rng::numbered(seed, kFigureAspect).below(3);
  const int count = params.text("bystanders") == "auto" ? balls : params.text("bystanders")[0] - '0';
  const Pose room{head.centre, 2.3f * head.radius}, corner{{0.1f, 0.93f}, 0.14f};
  scene.things = bystanders(count, scene.backdrop, {room, corner}, seed);
  const Motion motion = motion_of(params);
  for (Thing& thing : animal) move(thing.place, motion, head.centre);
  move(head, motion, head.centre);
  std::ranges::move(animal, std::back_inserter(scene.things));
  Rng rng = Rng::numbered(seed, kMarkAspect);
  const bool marked = has_mark(params, scene.label, rng.bernoulli(0.5f));
  scene.handles = {{head.centre, head.radius}, {}};
  if (marked) {
    std::vector<Thing> mark = mark_things(params, rng);
    scene.handles[1] = {mark[0].place.centre, mark[0].place.radius};
    std::ranges::move(mark, std::back_inserter(scene.things));
  }
  light_up(scene, params, seed);
  scene.traits = {{scene.label, {"ears"}}, {marked ? 1 : 0, {"mark"}}};
  return scene;
}

const SceneKind& clever_hans_kind() {
  static const SceneKind kind{
      .id = "clever-hans",
      .name = "Clever Hans",
      .summary = "Cat, dog, bear or rabbit? Their ears tell. In the training pictures every cat also had a label in the corner.",
      .classes = animals(),
      .attributes = {{"animal", "Animal", animals()}, {"mark", "Mark", {"no", "yes"}}},
      .handles = {{.id = "head", .label = "Animal", .x = "x", .y = "y", .scale = "scale", .turn = "turn", .choice = "class", .hue = "hue"},
                  {.id = "mark", .label = "Mark", .x = "mark-x", .y = "mark-y", .choice = "mark"}},
      .params = all_params(),
      .draw = draw,
  };
  return kind;
}

}  // namespace whybox
