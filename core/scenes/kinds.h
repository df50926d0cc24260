#pragma once
#include "scenes/scene.h"

namespace whybox {

/// Is there a triangle? Its colour tells nothing.
const SceneKind& triangle_kind();
/// The same, and the triangle alone is red.
const SceneKind& triangle_colour_kind();

}  // namespace whybox
