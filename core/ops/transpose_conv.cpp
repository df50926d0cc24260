// Transposed convolution: y = C^T x for the matrix C of a convolution from y's shape to x's. Its reverse is that convolution.
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/weights.h"
#include "ops/window.h"
#include "ops/xnn.h"

namespace whybox {
namespace {

std::uint32_t u32(int value) { return static_cast<std::uint32_t>(value); }

/// The window of the convolution that this one transposes; its "in" is our output.
Result<Window> window_of(const NodeView& node) {
  const auto& attributes = node.attributes<ConvAttributes>();
  const Shape &data = node.input(0).shape, &weights = node.input(1).shape, &output = node.output().shape;
  if (output.size() != 4)
    return fail(ErrorCode::shape_mismatch, "output shape is {}, wanted [1, H, W, C]", to_string(output));
  return make_transposed_window(data[1], data[2], output[1], output[2], weights[1], weights[2], attributes.stride,
                                attributes.dilation, attributes.padding);
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_CHECK(check_product(node, 4, 0));
  WHYBOX_CHECK(check_image_shaped(node.input(0)));
  const Shape &data = node.input(0).shape, &weights = node.input(1).shape;
  if (weights[3] != data[3])
    return fail(ErrorCode::shape_mismatch, "weights {} do not fit {} input channels", to_string(weights), data[3]);
  WHYBOX_TRY(const auto window, window_of(node));
  if (is_quantized(node.input(0).type)) {
    WHYBOX_CHECK(integer_bias(node, 2, static_cast<std::size_t>(weights[0])));
  } else {
    WHYBOX_CHECK(float_bias(node, 2, static_cast<std::size_t>(weights[0])));
  }
  return Shape{1, window.in_height, window.in_width, weights[0]};
}

template <class Create, class... Rest>
xnn_status create_transposed(Create create, const Window& w, const Shape& weights, Rest... rest) {
  const auto outputs = static_cast<std::size_t>(weights[0]), inputs = static_cast<std::size_t>(weights[3]);
  return create(u32(w.pad_top), u32(w.pad_right), u32(w.pad_bottom), u32(w.pad_left), u32(w.kernel_height),
                u32(w.kernel_width), u32(w.stride.height), u32(w.stride.width), u32(w.dilation.height),
                u32(w.dilation.width), 1u, inputs, outputs, inputs, outputs, rest...);
}

template <auto Reshape, auto Setup, class T>
std::unique_ptr<Kernel> transposed_kernel(XnnOperator op, const Window& window) {
  return make_xnn_kernel(
      std::move(op),
      [window](xnn_operator_t o, std::size_t batch, std::size_t*, pthreadpool_t threads) {
        return Reshape(o, batch, static_cast<std::size_t>(window.out_height), static_cast<std::size_t>(window.out_width),
                       u32(window.rest_height()), u32(window.rest_width()), nullptr, nullptr, threads);
      },
      [](xnn_operator_t o, const Buffers& b) { return Setup(o, input_as<T>(b, 0), output_as<T>(b)); });
}

Result<std::unique_ptr<Kernel>> lower_f32(const NodeView& node, const Window& window) {
  const Shape& shape = node.input(1).shape;
  WHYBOX_TRY(const auto weights, constant_as_floats(node.input(1)));
  WHYBOX_TRY(const auto bias, float_bias(node, 2, static_cast<std::size_t>(shape[0])));
  const FloatRange range = range_of(node.attributes<ConvAttributes>().activation);
  WHYBOX_TRY(auto op, create_xnn("deconvolution2d_nhwc_f32", [&](xnn_operator_t* out) {
    return create_transposed(xnn_create_deconvolution2d_nhwc_f32, window, shape, weights.data(), data_or_null(bias),
                             range.min, range.max, 0u, nullptr, nullptr, out);
  }));
  return transposed_kernel<xnn_reshape_deconvolution2d_nhwc_f32, xnn_setup_deconvolution2d_nhwc_f32, float>(std::move(op),
                                                                                                          window);
}

Result<std::unique_ptr<Kernel>> lower_i8(const NodeView& node, const Window& window) {
  const TensorInfo& weights = node.input(1);
  const auto outputs = static_cast<std::size_t>(weights.shape[0]);
  const Affine in = affine_of(node.input(0)), to = affine_of(node.output());
  const auto scales = channel_scales(weights, outputs);
  WHYBOX_TRY(const auto bias, integer_bias(node, 2, outputs));
  const ByteRange range = range_of(node.attributes<ConvAttributes>().activation, node.output());
  WHYBOX_TRY(auto op, create_xnn("deconvolution2d_nhwc_qs8_qc8w", [&](xnn_operator_t* out) {
    return create_transposed(xnn_create_deconvolution2d_nhwc_qs8_qc8w, window, weights.shape,
                             static_cast<std::int8_t>(in.zero_point), in.scale, scales.data(), as_int8(weights.constant),
                             data_or_null(bias), static_cast<std::int8_t>(to.zero_point), to.scale,
                             static_cast<std::int8_t>(range.min), static_cast<std::int8_t>(range.max), 0u, nullptr,
                             nullptr, out);
  }));
  return transposed_kernel<xnn_reshape_deconvolution2d_nhwc_qs8_qc8w, xnn_setup_deconvolution2d_nhwc_qs8_qc8w,
                           std::int8_t>(std::move(op), window);
}

Result<std::unique_ptr<Kernel>> lower_u8(const NodeView& node, const Window& window) {
  const TensorInfo& weights = node.input(1);
  const Affine in = affine_of(node.input(0)), w = affine_of(weights), to = affine_of(node.output());
  WHYBOX_TRY(const auto bias, integer_bias(node, 2, static_cast<std::size_t>(weights.shape[0])));
  const ByteRange range = range_of(node.attributes<ConvAttributes>().activation, node.output());
  WHYBOX_TRY(auto op, create_xnn("deconvolution2d_nhwc_qu8", [&](xnn_operator_t* out) {
    return create_transposed(xnn_create_deconvolution2d_nhwc_qu8, window, weights.shape,
                             static_cast<std::uint8_t>(in.zero_point), in.scale, static_cast<std::uint8_t>(w.zero_point),
                             w.scale, as_uint8(weights.constant), data_or_null(bias),
                             static_cast<std::uint8_t>(to.zero_point), to.scale, static_cast<std::uint8_t>(range.min),
                             static_cast<std::uint8_t>(range.max), 0u, nullptr, nullptr, out);
  }));
  return transposed_kernel<xnn_reshape_deconvolution2d_nhwc_qu8, xnn_setup_deconvolution2d_nhwc_qu8, std::uint8_t>(
      std::move(op), window);
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto window, window_of(node));
  switch (node.input(0).type) {
    case ElementType::i8: return lower_i8(node, window);
    case ElementType::u8: return lower_u8(node, window);
    default: return lower_f32(node, window);
  }
}

class TransposedReverse final : public ReverseKernel {
 public:
  TransposedReverse(XnnOperator op, const Window& window) : op_(std::move(op)), window_(window) {}

  Result<void> vjp(const VjpArguments& a) override {
    if (a.input_gradients[0] == nullptr) return {};
    std::size_t workspace = 0, alignment = 0;
    WHYBOX_CHECK(check(xnn_reshape_convolution2d_nhwc_f32(op_.get(), static_cast<std::size_t>(a.batch),
                                                          static_cast<std::size_t>(window_.in_height),
                                                          static_cast<std::size_t>(window_.in_width), &workspace,
                                                          &alignment, nullptr, nullptr, a.threads),
                       "xnn_reshape_convolution2d_nhwc_f32"));
    workspace_.resize(workspace);
    WHYBOX_CHECK(check(xnn_setup_convolution2d_nhwc_f32(op_.get(), workspace_.data(), a.output_gradient,
                                                        a.input_gradients[0]),
                       "xnn_setup_convolution2d_nhwc_f32"));
    return check(xnn_run_operator(op_.get(), a.threads), "xnn_run_operator");
  }

 private:
  XnnOperator op_;
  Window window_;
  std::vector<std::byte> workspace_;
};

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(const auto window, window_of(node));
  WHYBOX_TRY(const auto weights, constant_as_floats(node.input(1)));
  const Shape& shape = node.input(1).shape;
  const auto outputs = static_cast<std::size_t>(shape[0]), inputs = static_cast<std::size_t>(shape[3]);
  const auto exchanged = exchange_channels(weights, 1, outputs, static_cast<std::size_t>(shape[1]) * shape[2], inputs);
  const FloatRange all;
  WHYBOX_TRY(auto op, create_xnn("convolution2d_nhwc_f32", [&](xnn_operator_t* out) {
    const Shape back{shape[3], shape[1], shape[2], shape[0]};
    return create_transposed(xnn_create_convolution2d_nhwc_f32, window, back, exchanged.data(),
                             static_cast<const float*>(nullptr), all.min, all.max, 0u, nullptr, nullptr, out);
  }));
  return std::make_unique<TransposedReverse>(std::move(op), window);
}

}  // namespace

const Operator kTransposeConv{infer, lower, reverse};

}  // namespace whybox
