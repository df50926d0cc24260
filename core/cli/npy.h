#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "superpixels/segmentation.h"

namespace whybox::cli {

/// What stands before the values in NumPy's .npy format, version 1.0, C order.
/// @param type  as NumPy names it: "<f4", "|u1" ...
std::string npy_header(std::string_view type, const std::vector<int>& shape);

/// The whole file, little-endian: float32 [H, W]. Errors: io.
Result<void> write_npy(const std::string& path, const Heatmap& map);
/// int32 [H, W]
Result<void> write_npy(const std::string& path, const Segmentation& segmentation);

}  // namespace whybox::cli
