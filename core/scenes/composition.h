#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "scenes/colour.h"
#include "scenes/raster.h"
#include "scenes/scene.h"
#include "scenes/texture.h"

namespace whybox {

enum class BackdropStyle { plain, gradient, clouds, stripes };

/// What lies behind all things: two colours and how one becomes the other.
struct Backdrop {
  BackdropStyle style = BackdropStyle::plain;
  Colour one, other;
  Point direction = {1, 0};     ///< of the gradient, or across the stripes
  float stripes = 6;            ///< per picture side
  std::vector<float> lattice = {};  ///< clouds: random values in [0, 1), see kCloudLattice
  float horizon = 2;            ///< where the ground begins, from the top; above 1: there is none
  Colour ground = {};
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

/// One figure of a scene. Figures that follow each other and share part and object are one part.
struct Thing {
  std::string name;  ///< of the part
  Figure figure;
  Pose place;
  Colour colour;
  bool decides = false;     ///< the class depends on it: its pixels are the truth
  std::string object = {};  ///< what it is a part of; empty: it is an object of its own
  Texture texture = {};
  float rim = 1;            ///< how far its edge darkens, of what a thing's edge usually does
  bool casts_shadow = true;
};

/// What is so in a composition, and the parts on which it is to be seen.
struct Trait {
  int value = 0;
  std::vector<std::string> parts = {};
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
  std::vector<Trait> traits = {};         ///< as SceneKind::attributes
  std::vector<SceneHandle> handles = {};  ///< as SceneKind::handles
};

/// Draws a composition, things over one another with antialiased edges, and notes what each pixel shows.
/// The mask of a part becomes c + m (1 - c) under a figure of its own with coverage c, and m (1 - c) under any other, in 8-bit
/// steps; the colours are mixed with the same 8-bit coverages, so a thing's colour is seen exactly where its mask says.
/// Shadows belong to what they fall on. O(size^2 + sum of things' outlines x corners).
Scene paint(const Composition& composition, int size);

/// The part of a thing that the things before it leave visible, in [0, 1], by sampling its bounding circle.
float visible_part(const Composition& composition, std::size_t thing);

}  // namespace whybox
