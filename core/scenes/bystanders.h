#pragma once
#include <cstdint>
#include <vector>

#include "scenes/composition.h"

namespace whybox {

/// Balls, butterflies and boxes of any colour that keep clear of what is taken: no class depends on them.
std::vector<Thing> bystanders(int count, const Backdrop& backdrop, std::vector<Pose> taken, std::uint64_t seed);

}  // namespace whybox
