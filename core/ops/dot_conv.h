#pragma once
#include <memory>
#include <vector>

#include "ops/conv_shape.h"
#include "ops/packed_dots.h"

namespace whybox {

/// An 8-bit convolution with dense channels, as dot_conv.cpp computes it. Stored values count as unsigned bytes: int8 with its sign
/// bit flipped.
struct DotConv {
  Window window;
  std::size_t channels;
  PackedDots weights;
  std::vector<std::int32_t> bias;  ///< [blocks * 8]: the node's, less what the zero point of the input adds to each sum
  std::vector<float> scales;       ///< [blocks * 8]: input scale * weight scale / output scale
  int in_zero_point, out_zero_point, out_min, out_max;
  std::uint8_t flip;  ///< 128 for int8, 0 for uint8
};

/// Errors: those of the bias.
Result<DotConv> dot_conv_of(const NodeView& node, const ConvShape& shape);

/// Runs it: output[p, o] = clamp(round(scales[o] * (bias[o] + sum over k of weights[o, k] patch[p, k])) + zero point), bit for bit what
/// XNNPACK computes.
std::unique_ptr<Kernel> make_dot_conv(DotConv conv);

/// Whether this build and this processor have the dot of signed with unsigned bytes that saturates, and nothing better for XNNPACK.
bool has_saturating_dot();

/// Its kernel where that is faster than XNNPACK's, else nothing. Errors: those of the bias.
Result<std::unique_ptr<Kernel>> lower_dot_conv(const NodeView& node, const ConvShape& shape);

}  // namespace whybox
