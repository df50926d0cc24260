#pragma once
#include "base/rng.h"
#include "scenes/composition.h"

namespace whybox {

enum class PetalShape { round, pointed, notched };
enum class PotShape { tapered, round, box };

inline constexpr int kFewestPetals = 4, kMostPetals = 9;
inline constexpr int kMostLeaves = 4;

/// What a plant looks like; its measures come from random numbers.
struct PlantLook {
  PetalShape petal_shape = PetalShape::round;
  int petals = 6;
  int leaves = 2;
  PotShape pot = PotShape::tapered;
  Colour petal, stem, leaf, middle, pot_colour;
};

/// A plant in a pot, as things from the back to the front: stem, leaves, pot, petals, flower centre, of the object "plant".
struct Plant {
  std::vector<Thing> things;
  Pose head;  ///< the flower's circle
  Pose pot;   ///< the circle around the pot
  Point foot;      ///< where the stem leaves the pot
};

/// The plant stands in a square picture's lower middle, 70 to 80 % of its height.
Plant grow(const PlantLook& look, Rng rng);

}  // namespace whybox
