// Convolution and depthwise convolution, forward, by XNNPACK, or dot_conv.cpp where that is faster. The way back is in conv_2d_reverse.cpp.
#include "ops/conv_shape.h"
#include "ops/dot_conv.h"
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/weights.h"

namespace whybox {
namespace {

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
  if (is_quantized(node.input(0).type)) {
    WHYBOX_TRY(auto kernel, lower_dot_conv(node, shape));
    if (kernel) return kernel;
  }
  switch (node.input(0).type) {
    case ElementType::i8: return lower_i8(node, shape, flags);
    case ElementType::u8: return lower_u8(node, shape, flags);
    default: return lower_f32(node, shape, flags);
  }
}

}  // namespace

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

const Operator kConv2d{infer, lower, reverse_convolution};

}  // namespace whybox
