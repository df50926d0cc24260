// Convolution and depthwise convolution. Forward: XNNPACK. Reverse: a convolution's transposed product is XNNPACK's
// deconvolution with input and output channels exchanged; a depthwise one is gathered row by row.
#include <algorithm>

#include "ops/parallel.h"
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/weights.h"
#include "ops/window.h"
#include "ops/xnn.h"

namespace whybox {
namespace {

/// Everything XNNPACK wants to know of the two kinds of convolution, in one form.
struct ConvShape {
  Window window;
  std::size_t groups, group_inputs, group_outputs;
  bool depthwise;

  std::size_t inputs() const { return groups * group_inputs; }
  std::size_t outputs() const { return groups * group_outputs; }
};

Result<ConvShape> conv_shape(const NodeView& node) {
  const auto& attributes = node.attributes<ConvAttributes>();
  const Shape &data = node.input(0).shape, &weights = node.input(1).shape;
  WHYBOX_TRY(auto window, make_window(data[1], data[2], weights[1], weights[2], attributes.stride, attributes.dilation,
                                      attributes.padding));
  const int depth = data[3];
  if (node.kind() == OpKind::depthwise_conv_2d) {
    if (weights[0] != 1 || weights[3] % depth != 0)
      return fail(ErrorCode::shape_mismatch, "weights {} do not fit {} input channels", to_string(weights), depth);
    return ConvShape{window, std::size_t(depth), 1, std::size_t(weights[3] / depth), true};
  }
  if (weights[3] < 1 || depth % weights[3] != 0 || weights[0] % (depth / weights[3]) != 0)
    return fail(ErrorCode::shape_mismatch, "weights {} do not fit {} input channels", to_string(weights), depth);
  const int groups = depth / weights[3];
  return ConvShape{window, std::size_t(groups), std::size_t(weights[3]), std::size_t(weights[0] / groups), false};
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_CHECK(check_product(node, 4, raw.kind == OpKind::depthwise_conv_2d ? 3 : 0));
  WHYBOX_CHECK(check_image_shaped(node.input(0)));
  WHYBOX_TRY(const auto shape, conv_shape(node));
  if (is_quantized(node.input(0).type)) {
    WHYBOX_CHECK(integer_bias(node, 2, shape.outputs()));
  } else {
    WHYBOX_CHECK(float_bias(node, 2, shape.outputs()));
  }
  return Shape{1, shape.window.out_height, shape.window.out_width, static_cast<int>(shape.outputs())};
}

std::uint32_t u32(int value) { return static_cast<std::uint32_t>(value); }

/// Calls an xnn_create_convolution2d_* with the geometry that all of them begin with.
template <class Create, class... Rest>
xnn_status create_convolution(Create create, const ConvShape& c, Rest... rest) {
  const Window& w = c.window;
  return create(u32(w.pad_top), u32(w.pad_right), u32(w.pad_bottom), u32(w.pad_left), u32(w.kernel_height),
                u32(w.kernel_width), u32(w.stride.height), u32(w.stride.width), u32(w.dilation.height),
                u32(w.dilation.width), u32(static_cast<int>(c.groups)), c.group_inputs, c.group_outputs, c.inputs(),
                c.outputs(), rest...);
}

template <auto Reshape, auto Setup, class T>
std::unique_ptr<Kernel> conv_kernel(XnnOperator op, const Window& window) {
  return make_xnn_kernel(
      std::move(op),
      [window](xnn_operator_t o, std::size_t batch, std::size_t* workspace, pthreadpool_t threads) {
        std::size_t alignment = 0;
        return Reshape(o, batch, static_cast<std::size_t>(window.in_height), static_cast<std::size_t>(window.in_width),
                       workspace, &alignment, nullptr, nullptr, threads);
      },
      [](xnn_operator_t o, const Buffers& b) { return Setup(o, b.workspace, input_as<T>(b, 0), output_as<T>(b)); });
}

Result<std::unique_ptr<Kernel>> lower_f32(const NodeView& node, const ConvShape& shape, std::uint32_t flags) {
  WHYBOX_TRY(const auto weights, constant_as_floats(node.input(1)));
  WHYBOX_TRY(const auto bias, float_bias(node, 2, shape.outputs()));
  const FloatRange range = range_of(node.attributes<ConvAttributes>().activation);
  WHYBOX_TRY(auto op, create_xnn("convolution2d_nhwc_f32", [&](xnn_operator_t* out) {
    return create_convolution(xnn_create_convolution2d_nhwc_f32, shape, weights.data(), data_or_null(bias), range.min,
                              range.max, flags, nullptr, nullptr, out);
  }));
  return conv_kernel<xnn_reshape_convolution2d_nhwc_f32, xnn_setup_convolution2d_nhwc_f32, float>(std::move(op),
                                                                                                shape.window);
}

Result<std::unique_ptr<Kernel>> lower_i8(const NodeView& node, const ConvShape& shape, std::uint32_t flags) {
  const TensorInfo& weights = node.input(1);
  const Affine in = affine_of(node.input(0)), out_affine = affine_of(node.output());
  const auto scales = channel_scales(weights, shape.outputs());
  WHYBOX_TRY(const auto bias, integer_bias(node, 2, shape.outputs()));
  const ByteRange range = range_of(node.attributes<ConvAttributes>().activation, node.output());
  WHYBOX_TRY(auto op, create_xnn("convolution2d_nhwc_qs8_qc8w", [&](xnn_operator_t* out) {
    return create_convolution(xnn_create_convolution2d_nhwc_qs8_qc8w, shape, static_cast<std::int8_t>(in.zero_point),
                              in.scale, scales.data(), as_int8(weights.constant), data_or_null(bias),
                              static_cast<std::int8_t>(out_affine.zero_point), out_affine.scale,
                              static_cast<std::int8_t>(range.min), static_cast<std::int8_t>(range.max), flags, nullptr,
                              nullptr, out);
  }));
  return conv_kernel<xnn_reshape_convolution2d_nhwc_qs8_qc8w, xnn_setup_convolution2d_nhwc_qs8_qc8w, std::int8_t>(
      std::move(op), shape.window);
}

Result<std::unique_ptr<Kernel>> lower_u8(const NodeView& node, const ConvShape& shape, std::uint32_t flags) {
  const TensorInfo& weights = node.input(1);
  const Affine in = affine_of(node.input(0)), w = affine_of(weights), out_affine = affine_of(node.output());
  WHYBOX_TRY(const auto bias, integer_bias(node, 2, shape.outputs()));
  const ByteRange range = range_of(node.attributes<ConvAttributes>().activation, node.output());
  WHYBOX_TRY(auto op, create_xnn("convolution2d_nhwc_qu8", [&](xnn_operator_t* out) {
    return create_convolution(xnn_create_convolution2d_nhwc_qu8, shape, static_cast<std::uint8_t>(in.zero_point),
                              in.scale, static_cast<std::uint8_t>(w.zero_point), w.scale, as_uint8(weights.constant),
                              data_or_null(bias), static_cast<std::uint8_t>(out_affine.zero_point), out_affine.scale,
                              static_cast<std::uint8_t>(range.min), static_cast<std::uint8_t>(range.max), flags, nullptr,
                              nullptr, out);
  }));
  return conv_kernel<xnn_reshape_convolution2d_nhwc_qu8, xnn_setup_convolution2d_nhwc_qu8, std::uint8_t>(std::move(op),
                                                                                                       shape.window);
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto shape, conv_shape(node));
  const std::uint32_t flags = shape.depthwise ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0;
  switch (node.input(0).type) {
    case ElementType::i8: return lower_i8(node, shape, flags);
    case ElementType::u8: return lower_u8(node, shape, flags);
    default: return lower_f32(node, shape, flags);
  }
}

/// dX = W^T dY as a deconvolution.
class ConvReverse final : public ReverseKernel {
 public:
  ConvReverse(XnnOperator op, const Window& window) : op_(std::move(op)), window_(window) {}

  Result<void> vjp(const VjpArguments& a) override {
    if (a.input_gradients[0] == nullptr) return {};
    if (a.batch != batch_) {
      WHYBOX_CHECK(check(xnn_reshape_deconvolution2d_nhwc_f32(
                             op_.get(), static_cast<std::size_t>(a.batch), static_cast<std::size_t>(window_.out_height),
                             static_cast<std::size_t>(window_.out_width), u32(window_.rest_height()),
                             u32(window_.rest_width()), nullptr, nullptr, a.threads),
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

/// dX[h, w, c] = sum over the windows that saw it, every input row on its own.
Result<void> depthwise_vjp(const ConvShape& c, const std::vector<float>& weights, const VjpArguments& a) {
  if (a.input_gradients[0] == nullptr) return {};
  const Window& w = c.window;
  const std::size_t depth = c.groups, outputs = c.outputs(), multiplier = c.group_outputs;
  parallel_for(a.threads, static_cast<std::size_t>(a.batch) * w.in_height, [&](std::size_t job) {
    const int n = static_cast<int>(job) / w.in_height, y = static_cast<int>(job) % w.in_height;
    float* row = a.input_gradients[0] + job * w.in_width * depth;
    std::fill_n(row, w.in_width * depth, 0.0f);
    for (int ky = 0; ky < w.kernel_height; ++ky) {
      const int above = y + w.pad_top - ky * w.dilation.height;
      if (above < 0 || above % w.stride.height != 0 || above / w.stride.height >= w.out_height) continue;
      const float* out_row =
          a.output_gradient + (static_cast<std::size_t>(n) * w.out_height + above / w.stride.height) * w.out_width * outputs;
      for (int kx = 0; kx < w.kernel_width; ++kx) {
        const float* weight = &weights[(static_cast<std::size_t>(ky) * w.kernel_width + kx) * outputs];
        for (int ox = 0; ox < w.out_width; ++ox) {
          const int x = ox * w.stride.width - w.pad_left + kx * w.dilation.width;
          if (x < 0 || x >= w.in_width) continue;
          const float* gradient = out_row + static_cast<std::size_t>(ox) * outputs;
          float* target = row + static_cast<std::size_t>(x) * depth;
          if (multiplier == 1) {
            for (std::size_t i = 0; i < depth; ++i) target[i] += gradient[i] * weight[i];
          } else {
            for (std::size_t o = 0; o < outputs; ++o) target[o / multiplier] += gradient[o] * weight[o];
          }
        }
      }
    }
  });
  return {};
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto shape, conv_shape(node));
  WHYBOX_TRY(auto weights, constant_as_floats(node.input(1)));
  if (shape.depthwise)
    return make_reverse([shape, kernel = std::move(weights)](const VjpArguments& a) { return depthwise_vjp(shape, kernel, a); });

  const auto area = static_cast<std::size_t>(shape.window.kernel_height) * shape.window.kernel_width;
  const auto exchanged = exchange_channels(weights, shape.groups, shape.group_outputs, area, shape.group_inputs);
  const ConvShape back{shape.window, shape.groups, shape.group_outputs, shape.group_inputs, false};
  const FloatRange all;
  WHYBOX_TRY(auto op, create_xnn("deconvolution2d_nhwc_f32", [&](xnn_operator_t* out) {
    return create_convolution(xnn_create_deconvolution2d_nhwc_f32, back, exchanged.data(), static_cast<const float*>(nullptr),
                              all.min, all.max, 0u, nullptr, nullptr, out);
  }));
  return std::make_unique<ConvReverse>(std::move(op), shape.window);
}

}  // namespace

const Operator kConv2d{infer, lower, reverse};

}  // namespace whybox
