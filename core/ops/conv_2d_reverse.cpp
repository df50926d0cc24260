// The way back through convolutions, dX = W^T dY, in the form that is fastest for the shape at hand:
//   depthwise                     every input pixel gathers from the windows that saw it
//   1 x 1, and few input channels  a matrix product, whose columns then go to their pixels
//   all others                    XNNPACK's deconvolution with input and output channels exchanged
#include <algorithm>
#include <array>

#include "ops/conv_shape.h"
#include "ops/parallel.h"
#include "ops/quantized.h"
#include "ops/weights.h"

namespace whybox {
namespace {

/// Where a layer has fewer input channels than the tiles of XNNPACK's kernels (8 in WebAssembly and on ARM, 16 or 32 on x86), its
/// deconvolution falls back to a slow one.
#if defined(__x86_64__)
constexpr std::size_t kNarrow = 32;
#else
constexpr std::size_t kNarrow = 8;
#endif

class DeconvolutionReverse final : public ReverseKernel {
 public:
  DeconvolutionReverse(XnnOperator op, const Window& window) : op_(std::move(op)), window_(window) {}

  Result<void> vjp(const VjpArguments& a) override {
    if (a.input_gradients[0] == nullptr) return {};
    if (a.batch != batch_) {
      WHYBOX_CHECK(check(xnn_reshape_deconvolution2d_nhwc_f32(
                             op_.get(), static_cast<std::size_t>(a.batch), static_cast<std::size_t>(window_.out_height),
                             static_cast<std::size_t>(window_.out_width), static_cast<std::uint32_t>(window_.rest_height()),
                             static_cast<std::uint32_t>(window_.rest_width()), nullptr, nullptr, a.threads),
                         "xnn_reshape_deconvolution2d_nhwc_f32"));
      batch_ = a.batch;
    }
    WHYBOX_CHECK(check(xnn_setup_deconvolution2d_nhwc_f32(op_.get(), a.output_gradient, a.input_gradients[0]),
                       "xnn_setup_deconvolution2d_nhwc_f32"));
    return check(xnn_run_operator(op_.get(), a.threads), "xnn_run_operator");
  }

 private:
  XnnOperator op_;
  Window window_;
  int batch_ = 0;
};

Result<std::unique_ptr<ReverseKernel>> reverse_by_deconvolution(const ConvShape& shape, const std::vector<float>& weights) {
  const auto area = static_cast<std::size_t>(shape.window.kernel_height) * shape.window.kernel_width;
  const auto exchanged = exchange_channels(weights, shape.groups, shape.group_outputs, area, shape.group_inputs);
  const ConvShape back{shape.window, shape.groups, shape.group_outputs, shape.group_inputs, false};
  const FloatRange all;
  WHYBOX_TRY(auto op, create_xnn("deconvolution2d_nhwc_f32", [&](xnn_operator_t* out) {
    return create_convolution(xnn_create_deconvolution2d_nhwc_f32, back, exchanged.data(), static_cast<const float*>(nullptr),
                              all.min, all.max, 0u, nullptr, nullptr, out);
  }));
  return std::make_unique<DeconvolutionReverse>(std::move(op), shape.window);
}

/// One input pixel's part of the columns dY W, [positions, KH KW I], is scattered over as many of them as windows saw it.
class ProductReverse final : public ReverseKernel {
 public:
  ProductReverse(XnnOperator op, const ConvShape& shape) : op_(std::move(op)), shape_(shape) {}

  Result<void> vjp(const VjpArguments& a) override {
    if (a.input_gradients[0] == nullptr) return {};
    if (in_place()) return multiply(positions() * static_cast<std::size_t>(a.batch), a.output_gradient, a.input_gradients[0], a.threads);
    columns_.resize(positions() * column() + kOverread);
    for (std::size_t n = 0; n < static_cast<std::size_t>(a.batch); ++n) {  // one example's columns at a time, to need little memory
      WHYBOX_CHECK(multiply(positions(), a.output_gradient + n * positions() * shape_.outputs(), columns_.data(), a.threads));
      gather(a.input_gradients[0] + n * pixels() * shape_.inputs(), a.threads);
    }
    return {};
  }

 private:
  static constexpr std::size_t kOverread = 32;  // floats that XNNPACK may write or read past an end

  /// The columns of a 1 x 1 window are the pixels.
  bool in_place() const {
    const Window& w = shape_.window;
    return w.kernel_height * w.kernel_width == 1 && pixels() == positions();
  }
  std::size_t pixels() const { return static_cast<std::size_t>(shape_.window.in_height) * shape_.window.in_width; }
  std::size_t positions() const { return static_cast<std::size_t>(shape_.window.out_height) * shape_.window.out_width; }
  std::size_t column() const {
    return static_cast<std::size_t>(shape_.window.kernel_height) * shape_.window.kernel_width * shape_.inputs();
  }

  Result<void> multiply(std::size_t rows, const float* from, float* to, pthreadpool* threads) {
    if (rows != rows_) {
      WHYBOX_CHECK(check(xnn_reshape_fully_connected_nc_f32(op_.get(), rows, threads), "xnn_reshape_fully_connected_nc_f32"));
      rows_ = rows;
    }
    WHYBOX_CHECK(check(xnn_setup_fully_connected_nc_f32(op_.get(), from, to), "xnn_setup_fully_connected_nc_f32"));
    return check(xnn_run_operator(op_.get(), threads), "xnn_run_operator");
  }

  /// Every input row on its own, so that threads do not meet.
  void gather(float* gradient, pthreadpool* threads) const {
    const Window& w = shape_.window;
    const std::size_t row = static_cast<std::size_t>(w.in_width) * shape_.inputs();
    parallel_for(threads, static_cast<std::size_t>(w.in_height), [&](std::size_t y) {
      std::fill_n(gradient + y * row, row, 0.0f);
      for (int ky = 0; ky < w.kernel_height; ++ky) {
        const int above = static_cast<int>(y) + w.pad_top - ky * w.dilation.height;
        if (above < 0 || above % w.stride.height != 0 || above / w.stride.height >= w.out_height) continue;
        gather_row(above / w.stride.height, ky, gradient + y * row);
      }
    });
  }

  /// What row `ky` of the windows in output row `oy` has for one input row.
  void gather_row(int oy, int ky, float* row) const {
    const Window& w = shape_.window;
    const std::size_t depth = shape_.inputs();
    for (int ox = 0; ox < w.out_width; ++ox) {
      const std::size_t position = static_cast<std::size_t>(oy) * w.out_width + ox;
      const float* from = columns_.data() + position * column() + static_cast<std::size_t>(ky) * w.kernel_width * depth;
      const int left = ox * w.stride.width - w.pad_left;
      if (w.dilation.width == 1) {  // the window's columns lie side by side in both: one run
        const int first = std::max(0, -left), last = std::min(w.kernel_width, w.in_width - left);
        add(from + first * static_cast<std::ptrdiff_t>(depth), std::max(0, last - first) * depth, row + (left + first) * static_cast<std::ptrdiff_t>(depth));
        continue;
      }
      for (int kx = 0; kx < w.kernel_width; ++kx) {
        const int x = left + kx * w.dilation.width;
        if (x >= 0 && x < w.in_width) add(from + static_cast<std::size_t>(kx) * depth, depth, row + static_cast<std::size_t>(x) * depth);
      }
    }
  }

  static void add(const float* __restrict from, std::size_t count, float* __restrict to) {
    for (std::size_t i = 0; i < count; ++i) to[i] += from[i];
  }

  XnnOperator op_;
  ConvShape shape_;
  std::size_t rows_ = 0;
  std::vector<float> columns_;
};

Result<std::unique_ptr<ReverseKernel>> reverse_by_product(const ConvShape& shape, const std::vector<float>& weights) {
  const std::size_t column = weights.size() / shape.outputs();
  const FloatRange all;
  WHYBOX_TRY(auto op, create_xnn("fully_connected_nc_f32", [&](xnn_operator_t* out) {
    return xnn_create_fully_connected_nc_f32(shape.outputs(), column, shape.outputs(), column, weights.data(), nullptr, all.min,
                                             all.max, XNN_FLAG_TRANSPOSE_WEIGHTS, nullptr, nullptr, out);
  }));
  return std::make_unique<ProductReverse>(std::move(op), shape);
}

/// One window that saw a pixel: its gradient and the weight that the pixel had in it, channel by channel.
struct Tap {
  const float *gradient, *weight;
};

/// to[c] = sum over taps of gradient[c] weight[c]; a block of channels stays in registers over all taps.
void sum_taps(std::span<const Tap> taps, std::size_t depth, float* __restrict to) {
  constexpr std::size_t kBlock = 16;
  std::size_t c = 0;
  for (; c + kBlock <= depth; c += kBlock) {
    std::array<float, kBlock> sum{};
    for (const Tap& tap : taps)
      for (std::size_t i = 0; i < kBlock; ++i) sum[i] += tap.gradient[c + i] * tap.weight[c + i];
    std::copy_n(sum.begin(), kBlock, to + c);
  }
  for (; c < depth; ++c) {
    float sum = 0;
    for (const Tap& tap : taps) sum += tap.gradient[c] * tap.weight[c];
    to[c] = sum;
  }
}

/// The same where each input channel has `multiplier` output channels.
void sum_taps(std::span<const Tap> taps, std::size_t depth, std::size_t multiplier, float* to) {
  for (std::size_t c = 0; c < depth; ++c) {
    float sum = 0;
    for (const Tap& tap : taps)
      for (std::size_t o = c * multiplier; o < (c + 1) * multiplier; ++o) sum += tap.gradient[o] * tap.weight[o];
    to[c] = sum;
  }
}

/// Which output row or column saw `place` through element k of its window; nothing if none did.
bool seen(int place, int k, int pad, int stride, int dilation, int extent, int& out) {
  const int from = place + pad - k * dilation;
  out = from / stride;
  return from >= 0 && from % stride == 0 && out < extent;
}

void depthwise_vjp(const ConvShape& c, const std::vector<float>& weights, const VjpArguments& a) {
  if (a.input_gradients[0] == nullptr) return;
  const Window& w = c.window;
  const std::size_t depth = c.groups, outputs = c.outputs();
  parallel_for(a.threads, static_cast<std::size_t>(a.batch) * w.in_height, [&](std::size_t job) {
    const std::size_t n = job / static_cast<std::size_t>(w.in_height);
    const int y = static_cast<int>(job % static_cast<std::size_t>(w.in_height));
    std::vector<Tap> taps;
    for (int x = 0; x < w.in_width; ++x) {
      taps.clear();
      for (int ky = 0, oy = 0; ky < w.kernel_height; ++ky) {
        if (!seen(y, ky, w.pad_top, w.stride.height, w.dilation.height, w.out_height, oy)) continue;
        for (int kx = 0, ox = 0; kx < w.kernel_width; ++kx)
          if (seen(x, kx, w.pad_left, w.stride.width, w.dilation.width, w.out_width, ox))
            taps.push_back({a.output_gradient + ((n * w.out_height + oy) * w.out_width + ox) * outputs,
                            &weights[(static_cast<std::size_t>(ky) * w.kernel_width + kx) * outputs]});
      }
      float* to = a.input_gradients[0] + (job * w.in_width + x) * depth;
      c.group_outputs == 1 ? sum_taps(taps, depth, to) : sum_taps(taps, depth, c.group_outputs, to);
    }
  });
}

}  // namespace

Result<std::unique_ptr<ReverseKernel>> reverse_convolution(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto shape, conv_shape(node));
  WHYBOX_TRY(auto weights, constant_as_floats(node.input(1)));
  if (shape.depthwise)
    return make_reverse([shape, kernel = std::move(weights)](const VjpArguments& a) -> Result<void> {
      depthwise_vjp(shape, kernel, a);
      return {};
    });
  const Window& w = shape.window;
  const bool pixelwise = w.kernel_height * w.kernel_width == 1 && w.stride.height * w.stride.width == 1;
  if (shape.groups == 1 && (pixelwise || shape.inputs() < kNarrow)) return reverse_by_product(shape, weights);
  return reverse_by_deconvolution(shape, weights);
}

}  // namespace whybox
