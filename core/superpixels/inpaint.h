#pragma once
#include "superpixels/segmentation.h"

namespace whybox {

/// Every superpixel as its surroundings would go on if it were missing: fast marching from its border inwards, each pixel a mean of
/// the pixels around it that are known, continued by their slopes. Telea 2004, doi:10.1080/10867651.2004.10487596, eq. 2-5. All the
/// others count as known while one is filled. A superpixel without surroundings, the whole picture, gets its mean colour.
/// @returns [height, width] of the picture. O(pixels); some 80 neighbours are read for each.
Image inpainted(const Image& image, const Segmentation& segmentation);

}  // namespace whybox
