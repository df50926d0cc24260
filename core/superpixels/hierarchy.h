#pragma once
#include <array>
#include <vector>

#include "superpixels/segmentation.h"

namespace whybox {

/// A binary tree over superpixels, by merging again and again the two neighbours whose union is most alike in colour (Ward 1963,
/// doi:10.1080/01621459.1963.10500845: n_a n_b / (n_a + n_b) |mean_a - mean_b|^2, in CIELAB). Leaves are 0 .. count - 1; merge i makes
/// node count + i of two earlier ones.
/// @returns count - 1 merges; none for a single superpixel
std::vector<std::array<int, 2>> merge_hierarchy(const Image& image, const Segmentation& segmentation);

/// The same cut with at most `most` superpixels: the first merges of its hierarchy carried out.
Segmentation coarsened(const Image& image, Segmentation segmentation, int most);

}  // namespace whybox
