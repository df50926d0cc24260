#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/params.h"
#include "base/rng.h"
#include "scenes/composition.h"

namespace whybox {

/// Each aspect of a scene has its own random sequence, so that a change of one leaves the others as they are.
enum Aspect : std::uint64_t {
  kClassAspect = 1, kLayoutAspect, kBackdropAspect, kLightAspect, kClutterAspect, kGrainAspect, kOrderAspect, kShapeAspect,
  kMarkAspect, kOddsAspect, kColourAspect = 100, kFigureAspect = 200,
};

/// From which a colour is drawn evenly.
struct ColourRange {
  float hue[2] = {0, 1};  ///< in turns
  float saturation[2] = {0.35f, 0.82f};
  float lightness[2] = {0.3f, 0.72f};
};

/// A colour that has a name.
struct NamedColour {
  std::string_view name;
  ColourRange range;
};

/// gradient, clouds or stripes where style is "auto", else what it says; "plain" is only for those who ask for it.
Backdrop random_backdrop(const std::string& style, Rng rng);

/// The first colour of a range that stands out from the backdrop, or the best of all tries.
Colour random_colour(const Backdrop& backdrop, Rng rng, const ColourRange& range);

std::vector<Stroke> random_clutter(int count, const Backdrop& backdrop, Rng rng);

/// Circles inside the picture that hardly overlap one another or those that are taken; where there is no room left they
/// get smaller. Diameters, the picture's side being 1.
std::vector<Pose> random_places(int count, float smallest, float largest, Rng rng, std::vector<Pose> taken = {});

/// The parameters that every kind of scene has: background, clutter, grain, light, shadows.
std::vector<ParamSpec> surrounding_params();

/// Backdrop and clutter. Comes first: colours are chosen to stand out from it.
void surround(Composition& scene, const Params& params, std::uint64_t seed);

/// Light, shadows and grain.
void light_up(Composition& scene, const Params& params, std::uint64_t seed);

/// How a hand has changed a thing.
struct Motion {
  Point shift = {0, 0};
  float scale = 1;
  Point turn = {1, 0};
};

/// The parameters that move, scale and turn the thing that decides: x, y, scale, turn.
std::vector<ParamSpec> moving_params();
Motion motion_of(const Params& params);
/// Turns and scales a placement around a point, then shifts it. A motion that does nothing changes no bit.
void move(Pose& place, const Motion& motion, Point around);

/// "hue", in degrees.
ParamSpec hue_param(std::string_view id, std::string_view label, std::string_view help);
/// Turns a thing's colour by a parameter in degrees.
void turn_hue(Colour& colour, const Params& params, std::string_view id);

/// Where "auto" stands for drawing: the place of a choice among `choices` less its first, or nothing.
std::optional<int> chosen(const Params& params, std::string_view id, std::span<const std::string_view> values);

}  // namespace whybox
