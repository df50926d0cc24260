#pragma once
#include <cstdint>
#include <vector>

#include "base/image.h"
#include "base/params.h"

namespace whybox {

/// A label image: every pixel's superpixel, numbered 0 .. count-1 without gaps, in reading order of first appearance.
struct Segmentation {
  int height = 0;
  int width = 0;
  int count = 0;
  std::vector<std::int32_t> labels;  ///< [height, width]
};

/// Near-square cells, about `count` of them.
Segmentation grid_superpixels(int height, int width, int count);

struct SlicOptions {
  int count = 50;             ///< about how many superpixels
  float compactness = 10.0f;  ///< weight of distance in the plane against distance in CIELAB
  int iterations = 10;
};
/// Simple linear iterative clustering in CIELAB, with small pieces merged into a neighbour so that every superpixel is
/// connected. Achanta et al. 2012, "SLIC superpixels compared to state-of-the-art superpixel methods", algorithm 1.
Segmentation slic_superpixels(const Image& image, const SlicOptions& options);

/// Renumbers a label image without gaps in reading order; any label values are accepted.
Segmentation relabel(int height, int width, std::vector<std::int32_t> labels);

/// "method" (slic | grid) and its parameters, as methods that work on superpixels declare them.
std::vector<ParamSpec> segmentation_params();
/// Runs what `segmentation_params` describes. Errors: invalid_argument.
Result<Segmentation> segment(const Image& image, const Params& params);

/// What stands in for a superpixel that is switched off.
/// "mean" (of each superpixel), "grey" (mid-grey), "blur" (Gaussian) or "black".
Result<Image> fill_image(const Image& image, const Segmentation& segmentation, std::string_view fill);

}  // namespace whybox
