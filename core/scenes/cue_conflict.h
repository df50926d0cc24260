#pragma once
#include "scenes/composition.h"

namespace whybox {

/// Lays out a silhouette filled with a texture: its own, or that of another class (Geirhos et al. 2019, arXiv:1811.12231).
Composition compose_cue_conflict(const Params& params, std::uint64_t seed);

}  // namespace whybox
