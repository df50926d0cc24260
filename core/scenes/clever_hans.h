#pragma once
#include "scenes/composition.h"

namespace whybox {

/// Lays out an animal's face, told by its ears, and perhaps a mark in the corner that has nothing to do with it. Named after
/// the horse that read its questioner's face; in networks: Lapuschkin et al. 2019, doi:10.1038/s41467-019-08987-4.
Composition compose_clever_hans(const Params& params, std::uint64_t seed);

}  // namespace whybox
