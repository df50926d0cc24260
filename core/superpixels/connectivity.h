#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "superpixels/lab.h"
#include "superpixels/segmentation.h"

namespace whybox {

/// Splits a label image into its connected pieces (4 neighbours) and merges every piece of fewer than `least` pixels into
/// the neighbour nearest in mean colour, so that each label of the result is one connected region of at least `least`
/// pixels, or the whole picture. O(pixels) per round of merging; a few rounds.
/// @param labels  [height, width], any values
/// @param colours [height, width]
Segmentation connect(int height, int width, std::span<const std::int32_t> labels, std::span<const Lab> colours, int least);

}  // namespace whybox
