#include "ops/window.h"

#include <algorithm>

namespace whybox {
namespace {

// Larger than any network's; keeps stride and kernel arithmetic inside 32 bits.
constexpr int kMaxWindowExtent = 1 << 14;

Result<void> check_extent(std::string_view what, int value) {
  if (value < 1 || value > kMaxWindowExtent)
    return fail(ErrorCode::bad_model, "{} is {}, must be 1 to {}", what, value, kMaxWindowExtent);
  return {};
}

int effective(int kernel, int dilation) { return (kernel - 1) * dilation + 1; }

}  // namespace

int Window::rest_height() const {
  return in_height + pad_top + pad_bottom - (out_height - 1) * stride.height - effective(kernel_height, dilation.height);
}

int Window::rest_width() const {
  return in_width + pad_left + pad_right - (out_width - 1) * stride.width - effective(kernel_width, dilation.width);
}

Result<Window> make_window(int in_height, int in_width, int kernel_height, int kernel_width, Stride stride,
                           Stride dilation, Padding padding) {
  WHYBOX_CHECK(check_extent("stride_h", stride.height));
  WHYBOX_CHECK(check_extent("stride_w", stride.width));
  WHYBOX_CHECK(check_extent("dilation_h", dilation.height));
  WHYBOX_CHECK(check_extent("dilation_w", dilation.width));
  WHYBOX_CHECK(check_extent("kernel height", kernel_height));
  WHYBOX_CHECK(check_extent("kernel width", kernel_width));
  const int reach_height = effective(kernel_height, dilation.height);
  const int reach_width = effective(kernel_width, dilation.width);

  Window window{in_height, in_width, 0, 0, kernel_height, kernel_width, stride, dilation, 0, 0, 0, 0};
  if (padding == Padding::valid) {
    window.out_height = (in_height - reach_height + stride.height) / stride.height;
    window.out_width = (in_width - reach_width + stride.width) / stride.width;
    if (in_height < reach_height || in_width < reach_width)
      return fail(ErrorCode::bad_model, "a {}x{} window does not fit an input of {}x{}", reach_height, reach_width,
                  in_height, in_width);
    return window;
  }
  window.out_height = (in_height + stride.height - 1) / stride.height;
  window.out_width = (in_width + stride.width - 1) / stride.width;
  const int pad_height = std::max(0, (window.out_height - 1) * stride.height + reach_height - in_height);
  const int pad_width = std::max(0, (window.out_width - 1) * stride.width + reach_width - in_width);
  window.pad_top = pad_height / 2;
  window.pad_bottom = pad_height - window.pad_top;
  window.pad_left = pad_width / 2;
  window.pad_right = pad_width - window.pad_left;
  return window;
}

Result<Window> make_transposed_window(int in_height, int in_width, int out_height, int out_width, int kernel_height,
                                      int kernel_width, Stride stride, Stride dilation, Padding padding) {
  WHYBOX_TRY(auto window, make_window(out_height, out_width, kernel_height, kernel_width, stride, dilation, padding));
  if (window.out_height != in_height || window.out_width != in_width)
    return fail(ErrorCode::shape_mismatch, "an output of {}x{} needs an input of {}x{}, got {}x{}", out_height, out_width,
                window.out_height, window.out_width, in_height, in_width);
  return window;
}

Result<void> check_image_shaped(const TensorInfo& tensor) {
  if (tensor.shape.size() != 4 || tensor.shape[0] != 1)
    return fail(ErrorCode::shape_mismatch, "input \"{}\" is {}, wanted [1, H, W, C]", tensor.name,
                to_string(tensor.shape));
  return {};
}

}  // namespace whybox
