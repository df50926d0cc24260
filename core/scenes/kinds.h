#pragma once
#include "scenes/scene.h"

namespace whybox {

/// Is there a triangle? Its colour tells nothing.
const SceneKind& triangle_kind();
/// The same, and the triangle alone is red.
const SceneKind& triangle_colour_kind();
/// One part's colour decides.
const SceneKind& flower_kind();
/// Two parts' colours decide together.
const SceneKind& flower_double_kind();

/// A silhouette filled with its own texture or with another's.
const SceneKind& cue_conflict_kind();
/// Animals told by their ears; one may carry a mark.
const SceneKind& clever_hans_kind();

}  // namespace whybox
