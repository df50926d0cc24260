#pragma once
#include "model/graph.h"

namespace whybox {

/// A sliding window over [H, W]: all extents in pixels, padding resolved.
struct Window {
  int in_height, in_width;
  int out_height, out_width;
  int kernel_height, kernel_width;
  Stride stride, dilation;
  int pad_top, pad_bottom, pad_left, pad_right;

  /// Rows that the last window leaves over at the lower edge; columns at the right.
  int rest_height() const;
  int rest_width() const;
};

/// TensorFlow's rules: VALID: out = ceil((in - k_eff + 1) / stride), no padding; SAME: out = ceil(in / stride), the padding
/// split with the odd pixel after. Errors: bad_model, for strides, dilations or kernels below 1 or an empty output.
Result<Window> make_window(int in_height, int in_width, int kernel_height, int kernel_width, Stride stride,
                           Stride dilation, Padding padding);

/// The window of a transposed convolution: that of the forward convolution from `out` to `in`.
Result<Window> make_transposed_window(int in_height, int in_width, int out_height, int out_width, int kernel_height,
                                      int kernel_width, Stride stride, Stride dilation, Padding padding);

/// Rank 4 and batch 1, or an error that says what was found.
Result<void> check_image_shaped(const TensorInfo& tensor);

}  // namespace whybox
