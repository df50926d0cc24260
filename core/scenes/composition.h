#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "scenes/raster.h"
#include "scenes/scene.h"

namespace whybox {

/// sRGB, each in [0, 1].
struct Colour {
  float red = 0, green = 0, blue = 0;
};

/// Hue (in turns), saturation and lightness to sRGB (the piecewise linear HSL cone).
Colour from_hsl(float hue, float saturation, float lightness);
/// Euclidean distance in sRGB, [0, sqrt 3].
float distance(Colour a, Colour b);
/// a + (b - a) t
Colour blend(Colour a, Colour b, float t);

enum class BackdropStyle { plain, gradient, clouds, stripes };

/// What lies behind all things: two colours and how one becomes the other.
struct Backdrop {
  BackdropStyle style = BackdropStyle::plain;
  Colour one, other;
  Point direction = {1, 0};     ///< of the gradient, or across the stripes
  float stripes = 6;            ///< per picture side
  std::vector<float> lattice = {};  ///< clouds: random values in [0, 1), see kCloudLattice
};

/// Clouds are smoothly interpolated lattices of these many points a side, the finer one at half the strength.
inline constexpr int kCloudLattice[] = {5, 10};
inline constexpr int kCloudPoints = 5 * 5 + 10 * 10;

/// A short thin line without meaning.
struct Stroke {
  Point from, to;
  float half_width = 0.003f;
  Colour colour;
};

/// One object of a scene.
struct Thing {
  std::string name;
  Figure figure;
  Placement place;
  Colour colour;
  bool decides = false;  ///< the class depends on it: its pixels are the truth
};

/// A scene before it has a size in pixels.
struct Composition {
  Backdrop backdrop;
  std::vector<Stroke> clutter = {};
  std::vector<Thing> things = {};  ///< from the back to the front
  Point light = {0, -1};           ///< the direction light comes from
  float shading = 0.2f;            ///< relative change of brightness from the middle of a thing to its lit side
  float shadow = 0.3f;             ///< opacity of the soft shadow at its darkest
  float grain = 0;                 ///< largest noise in grey levels of 0..255
  std::uint64_t grain_seed = 0;
  int label = 0;
};

/// Draws a composition, things over one another with antialiased edges, and notes what each pixel shows.
/// Mask i is coverage_i times the product of (1 - coverage_j) over the things j before it, in 8-bit steps; the colours are
/// mixed with the same 8-bit coverages, so a thing's colour is seen exactly where its mask says.
/// Shadows belong to what they fall on. O(size^2 + sum of things' areas x corners).
Scene paint(const Composition& composition, int size);

/// The part of a thing that the things before it leave visible, in [0, 1], by sampling its bounding circle.
float visible_part(const Composition& composition, std::size_t thing);

}  // namespace whybox
