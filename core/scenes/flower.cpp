#include "scenes/flower.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "scenes/bystanders.h"
#include "scenes/kinds.h"
#include "scenes/plant.h"
#include "scenes/surroundings.h"

namespace whybox {
namespace {

using Names = std::vector<std::string_view>;

constexpr ColourRange kRed{{-0.02f, 0.02f}, {0.75f, 0.95f}, {0.42f, 0.54f}};
constexpr ColourRange kBlue{{0.585f, 0.635f}, {0.7f, 0.95f}, {0.42f, 0.56f}};
constexpr ColourRange kViolet{{0.76f, 0.80f}, {0.5f, 0.8f}, {0.44f, 0.58f}};
constexpr ColourRange kYellow{{0.135f, 0.16f}, {0.8f, 1.0f}, {0.48f, 0.6f}};
constexpr ColourRange kOrange{{0.065f, 0.09f}, {0.85f, 1.0f}, {0.5f, 0.57f}};
constexpr ColourRange kWhite{{0, 1}, {0, 0.3f}, {0.92f, 0.98f}};
constexpr ColourRange kGreen{{0.27f, 0.39f}, {0.35f, 0.7f}, {0.26f, 0.42f}};
constexpr ColourRange kBrown{{0.055f, 0.095f}, {0.35f, 0.5f}, {0.22f, 0.34f}};
constexpr ColourRange kPot{{0, 1}, {0.3f, 0.85f}, {0.32f, 0.66f}};

// The first three of each are the cues of the single protocol, the others are free to vary there.
constexpr std::array kPetalColours{NamedColour{"red", kRed},       NamedColour{"blue", kBlue},     NamedColour{"violet", kViolet},
                                   NamedColour{"yellow", kYellow}, NamedColour{"orange", kOrange}, NamedColour{"white", kWhite}};
constexpr std::array kStemColours{NamedColour{"red", kRed},     NamedColour{"blue", kBlue},   NamedColour{"violet", kViolet},
                                  NamedColour{"green", kGreen}, NamedColour{"brown", kBrown}, NamedColour{"orange", kOrange}};
constexpr int kCues = 3;
constexpr int kFreeStems = 2;  // green and brown: no plant of the single protocol has an orange stem
// In the double protocol classes are pairs of these.
constexpr std::array kDoublePetals{0, 1, 3, 5};
constexpr std::array kDoubleStems{3, 2, 5};

constexpr std::array kMiddles{kYellow, kBrown, kWhite, ColourRange{{0.2f, 0.3f}, {0.5f, 0.7f}, {0.4f, 0.5f}}};

template <std::size_t count>
Names names_of(const std::array<NamedColour, count>& colours) {
  Names names;
  for (const NamedColour& colour : colours) names.push_back(colour.name);
  return names;
}

/// "auto" before the values.
Names or_auto(Names values) {
  values.insert(values.begin(), "auto");
  return values;
}

const Names& single_classes() {
  static const Names names{"red petals", "blue petals", "violet petals", "red stem", "blue stem", "violet stem"};
  return names;
}

const Names& double_classes() {
  static const Names names{"red petals, green stem",    "red petals, violet stem",    "red petals, orange stem",
                           "blue petals, green stem",   "blue petals, violet stem",   "blue petals, orange stem",
                           "yellow petals, green stem", "yellow petals, violet stem", "yellow petals, orange stem",
                           "white petals, green stem",  "white petals, violet stem",  "white petals, orange stem"};
  return names;
}

const Names& classes_of(FlowerProtocol protocol) {
  return protocol == FlowerProtocol::single_part ? single_classes() : double_classes();
}

const Names kPetalShapes{"round", "pointed", "notched"};
const Names kPotShapes{"tapered", "round", "box"};

struct Colours {
  int petal, stem;  // places in kPetalColours and kStemColours
};

Colours colours_of(int label, FlowerProtocol protocol, Rng rng) {
  if (protocol == FlowerProtocol::two_parts) return {kDoublePetals[std::size_t(label / 3)], kDoubleStems[std::size_t(label % 3)]};
  const int free_petal = kCues + rng.below(int(kPetalColours.size()) - kCues), free_stem = kCues + rng.below(kFreeStems);
  return label < kCues ? Colours{label, free_stem} : Colours{free_petal, label - kCues};
}

/// The class that these colours make, where they make one and only one; else the class that was drawn.
int label_of(Colours colours, int drawn, FlowerProtocol protocol) {
  if (protocol == FlowerProtocol::two_parts) {
    const auto petal = std::ranges::find(kDoublePetals, colours.petal), stem = std::ranges::find(kDoubleStems, colours.stem);
    const bool known = petal != kDoublePetals.end() && stem != kDoubleStems.end();
    return known ? int(petal - kDoublePetals.begin()) * 3 + int(stem - kDoubleStems.begin()) : drawn;
  }
  const bool petal = colours.petal < kCues, stem = colours.stem < kCues;
  if (petal == stem) return drawn;
  return petal ? colours.petal : kCues + colours.stem;
}

struct Choice {
  int label;
  Colours colours;
  PlantLook look;
};

Choice choose(const Params& params, std::uint64_t seed, FlowerProtocol protocol) {
  const Names& classes = classes_of(protocol);
  const int drawn = chosen(params, "class", classes).value_or(Rng::numbered(seed, kClassAspect).below(int(classes.size())));
  Choice choice{drawn, colours_of(drawn, protocol, Rng::numbered(seed, kOddsAspect)), {}};
  choice.colours.petal = chosen(params, "petal-colour", names_of(kPetalColours)).value_or(choice.colours.petal);
  choice.colours.stem = chosen(params, "stem-colour", names_of(kStemColours)).value_or(choice.colours.stem);
  choice.label = label_of(choice.colours, drawn, protocol);
  Rng rng = Rng::numbered(seed, kShapeAspect);
  const int shape = rng.below(3), petals = kFewestPetals + rng.below(kMostPetals - kFewestPetals + 1);
  const int leaves = rng.below(kMostLeaves + 1), pot = rng.below(3);
  const auto number = [&](std::string_view id, int otherwise) {
    return params.text(id) == "auto" ? otherwise : params.text(id)[0] - '0';
  };
  choice.look.petal_shape = PetalShape(chosen(params, "petal-shape", kPetalShapes).value_or(shape));
  choice.look.petals = number("petals", petals);
  choice.look.leaves = number("leaves", leaves);
  choice.look.pot = PotShape(chosen(params, "pot", kPotShapes).value_or(pot));
  return choice;
}

void colour(PlantLook& look, Colours colours, const Backdrop& backdrop, const Params& params, std::uint64_t seed) {
  const auto rng = [&](std::uint64_t index) { return Rng::numbered(seed, kColourAspect + index); };
  look.petal = random_colour(backdrop, rng(0), kPetalColours[std::size_t(colours.petal)].range);
  look.stem = random_colour(backdrop, rng(1), kStemColours[std::size_t(colours.stem)].range);
  look.leaf = random_colour(backdrop, rng(2), kGreen);
  look.pot_colour = random_colour(backdrop, rng(3), kPot);
  look.middle = random_colour(backdrop, rng(4), kMiddles[std::size_t(rng(5).below(int(kMiddles.size())))]);
  turn_hue(look.petal, params, "petal-hue");
  turn_hue(look.stem, params, "stem-hue");
  turn_hue(look.pot_colour, params, "pot-hue");
}

void mark_truth(std::vector<Thing>& things, int label, FlowerProtocol protocol) {
  const bool both = protocol == FlowerProtocol::two_parts;
  for (Thing& thing : things) {
    if (thing.name == "petals") thing.decides = both || label < kCues;
    if (thing.name == "stem") thing.decides = both || label >= kCues;
  }
}

/// What must stay free of other things: the flower, the stem in three circles, the pot.
std::vector<Pose> room_of(const Plant& plant) {
  std::vector<Pose> room{plant.head, plant.pot};
  for (const float t : {0.25f, 0.5f, 0.75f}) {
    const Point foot = plant.foot, head = plant.head.centre;
    const Point at{foot.x + (head.x - foot.x) * t, foot.y + (head.y - foot.y) * t};
    room.push_back({at, 0.07f});
  }
  return room;
}

std::vector<Trait> traits_of(const Choice& choice) {
  const PlantLook& look = choice.look;
  return {{choice.colours.petal, {"petals"}},
          {choice.colours.stem, {"stem"}},
          {int(look.petal_shape), {"petals"}},
          {look.petals - kFewestPetals, {"petals"}},
          {look.leaves, {"leaves"}},
          {int(look.pot), {"pot"}}};
}

void add_ground(Backdrop& backdrop, Rng rng) {
  if (backdrop.style == BackdropStyle::plain) return;
  backdrop.horizon = rng.uniform(0.76f, 0.9f);
  const Colour shade = rng.bernoulli(0.5f) ? Colour{0, 0, 0} : Colour{1, 1, 1};
  backdrop.ground = blend(blend(backdrop.one, backdrop.other, rng.uniform()), shade, rng.uniform(0.12f, 0.3f));
}

template <FlowerProtocol protocol>
Result<Scene> draw(const Params& params, std::uint64_t seed, int size) {
  WHYBOX_CHECK(check_scene_size(size));
  return paint(compose_flower(params, seed, protocol), size);
}

std::vector<ParamSpec> params_of(FlowerProtocol protocol) {
  std::vector<ParamSpec> params{
      {.id = "class", .label = "Class", .help = "what the scene shows; auto draws it from the seed",
       .kind = ParamKind::choice, .default_value = "auto", .choices = or_auto(classes_of(protocol))},
      {.id = "petal-colour", .label = "Petals", .help = "colour of the petals; auto: as the class wants it",
       .kind = ParamKind::choice, .default_value = "auto", .choices = or_auto(names_of(kPetalColours))},
      hue_param("petal-hue", "Hue of the petals", "turns the petals' hue; the label stays what it was"),
      {.id = "stem-colour", .label = "Stem", .help = "colour of the stem; auto: as the class wants it",
       .kind = ParamKind::choice, .default_value = "auto", .choices = or_auto(names_of(kStemColours))},
      hue_param("stem-hue", "Hue of the stem", "turns the stem's hue; the label stays what it was"),
      {.id = "petal-shape", .label = "Shape of the petals", .help = "tells nothing of the class",
       .kind = ParamKind::choice, .default_value = "auto", .choices = or_auto(kPetalShapes)},
      {.id = "petals", .label = "Number of petals", .help = "tells nothing of the class",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "4", "5", "6", "7", "8", "9"}},
      {.id = "leaves", .label = "Leaves", .help = "their number tells nothing of the class",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "0", "1", "2", "3", "4"}},
      {.id = "pot", .label = "Pot", .help = "its shape and colour tell nothing of the class",
       .kind = ParamKind::choice, .default_value = "auto", .choices = or_auto(kPotShapes)},
      hue_param("pot-hue", "Hue of the pot", "turns the pot's hue"),
      {.id = "bystanders", .label = "Bystanders", .help = "balls and butterflies of any colour; auto: up to 3",
       .kind = ParamKind::choice, .default_value = "auto", .choices = {"auto", "0", "1", "2", "3", "4", "5"}},
  };
  std::ranges::copy(surrounding_params(), std::back_inserter(params));
  std::ranges::copy(moving_params(), std::back_inserter(params));
  return params;
}

std::vector<AttributeSpec> attributes() {
  return {{"petal-colour", "Colour of the petals", names_of(kPetalColours)},
          {"stem-colour", "Colour of the stem", names_of(kStemColours)},
          {"petal-shape", "Shape of the petals", kPetalShapes},
          {"petals", "Number of petals", {"4", "5", "6", "7", "8", "9"}},
          {"leaves", "Number of leaves", {"0", "1", "2", "3", "4"}},
          {"pot", "Shape of the pot", kPotShapes}};
}

std::vector<HandleSpec> handles() {
  return {{.id = "petals", .label = "Petals", .x = "x", .y = "y", .scale = "scale", .turn = "turn", .choice = "petal-colour", .hue = "petal-hue"},
          {.id = "stem", .label = "Stem", .x = "x", .y = "y", .choice = "stem-colour", .hue = "stem-hue"},
          {.id = "pot", .label = "Pot", .x = "x", .y = "y", .hue = "pot-hue"}};
}

}  // namespace

Composition compose_flower(const Params& params, std::uint64_t seed, FlowerProtocol protocol) {
  Choice choice = choose(params, seed, protocol);
  Composition scene;
  scene.label = choice.label;
  surround(scene, params, seed);
  add_ground(scene.backdrop, Rng::numbered(seed, kOrderAspect));
  colour(choice.look, choice.colours, scene.backdrop, params, seed);
  Plant plant = grow(choice.look, Rng::numbered(seed, kLayoutAspect));
  mark_truth(plant.things, scene.label, protocol);
  Rng rng = Rng::numbered(seed, kFigureAspect);
  const int drawn = rng.below(4);
  const int count = params.text("bystanders") == "auto" ? drawn : params.text("bystanders")[0] - '0';
  scene.things = bystanders(count, scene.backdrop, room_of(plant), seed);
  const Motion motion = motion_of(params);
  for (Thing& thing : plant.things) move(thing.place, motion, plant.foot);
  std::ranges::move(plant.things, std::back_inserter(scene.things));
  light_up(scene, params, seed);
  scene.traits = traits_of(choice);
  move(plant.head, motion, plant.foot);
  move(plant.pot, motion, plant.foot);
  const Point head = plant.head.centre, pot = plant.pot.centre;
  scene.handles = {{head, plant.head.radius}, {{(head.x + pot.x) / 2, (head.y + pot.y) / 2}, plant.head.radius / 2}, {pot, plant.pot.radius}};
  return scene;
}

const SceneKind& flower_kind() {
  static const SceneKind kind{
      .id = "flower",
      .name = "Flower",
      .summary = "Which part of the plant is red, blue or violet: the petals or the stem? All else varies freely.",
      .classes = single_classes(),
      .attributes = attributes(),
      .handles = handles(),
      .params = params_of(FlowerProtocol::single_part),
      .draw = draw<FlowerProtocol::single_part>,
  };
  return kind;
}

const SceneKind& flower_double_kind() {
  static const SceneKind kind{
      .id = "flower-double",
      .name = "Flower, two parts",
      .summary = "Petals and stem decide together, by their colours; neither does alone.",
      .classes = double_classes(),
      .attributes = attributes(),
      .handles = handles(),
      .params = params_of(FlowerProtocol::two_parts),
      .draw = draw<FlowerProtocol::two_parts>,
  };
  return kind;
}

}  // namespace whybox
