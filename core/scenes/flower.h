#pragma once
#include "scenes/composition.h"

namespace whybox {

/// Whether one part's colour decides the class or that of two parts together, as in Oramas et al. 2019, arXiv:1712.06302, 4.1.
enum class FlowerProtocol { single_part, two_parts };

/// Lays out a flower scene: a plant in a pot, and things around it whose colours tell nothing.
Composition compose_flower(const Params& params, std::uint64_t seed, FlowerProtocol protocol);

}  // namespace whybox
