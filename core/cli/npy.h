#pragma once
#include <string>

#include "base/image.h"
#include "superpixels/segmentation.h"

namespace whybox::cli {

/// NumPy's .npy format, version 1.0, little-endian, C order: float32 [H, W]. Errors: io.
Result<void> write_npy(const std::string& path, const Heatmap& map);
/// int32 [H, W]
Result<void> write_npy(const std::string& path, const Segmentation& segmentation);

}  // namespace whybox::cli
