// Dense layer: y = W x + b, weights [O, I]; the data's elements are taken as rows of I.
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/weights.h"
#include "ops/xnn.h"

namespace whybox {
namespace {

struct DenseShape {
  std::size_t rows, inputs, outputs;  ///< rows of one example
};

DenseShape dense_shape(const NodeView& node) {
  const Shape& weights = node.input(1).shape;
  const auto inputs = static_cast<std::size_t>(weights[1]);
  return {elements(node.input(0)) / inputs, inputs, static_cast<std::size_t>(weights[0])};
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_CHECK(check_product(node, 2, 0));
  const Shape& weights = node.input(1).shape;
  if (weights[0] < 1 || weights[1] < 1 || elements(node.input(0)) % static_cast<std::size_t>(weights[1]) != 0)
    return fail(ErrorCode::shape_mismatch, "weights {} do not fit data {}", to_string(weights),
                to_string(node.input(0).shape));
  const DenseShape shape = dense_shape(node);
  if (is_quantized(node.input(0).type)) {
    WHYBOX_CHECK(integer_bias(node, 2, shape.outputs));
  } else {
    WHYBOX_CHECK(float_bias(node, 2, shape.outputs));
  }
  // keep_num_dims keeps the leading extents; otherwise the rows of one example must be one, or they would mix with the batch.
  const Shape& declared = node.output().shape;
  if (declared.size() > 2 && node.input(0).shape.size() == declared.size()) {
    Shape kept = node.input(0).shape;
    kept.back() = weights[0];
    return kept;
  }
  if (shape.rows != 1)
    return fail(ErrorCode::shape_mismatch, "data {} is {} rows of {} inputs, wanted 1 row per example",
                to_string(node.input(0).shape), shape.rows, shape.inputs);
  return Shape{1, weights[0]};
}

template <auto Reshape, auto Setup, class T>
std::unique_ptr<Kernel> dense_kernel(XnnOperator op, std::size_t rows) {
  return make_xnn_kernel(
      std::move(op),
      [rows](xnn_operator_t o, std::size_t batch, std::size_t*, pthreadpool_t threads) {
        return Reshape(o, batch * rows, threads);
      },
      [](xnn_operator_t o, const Buffers& b) { return Setup(o, input_as<T>(b, 0), output_as<T>(b)); });
}

Result<std::unique_ptr<Kernel>> lower_f32(const NodeView& node, const DenseShape& d) {
  WHYBOX_TRY(const auto weights, constant_as_floats(node.input(1)));
  WHYBOX_TRY(const auto bias, float_bias(node, 2, d.outputs));
  const FloatRange range = range_of(node.attributes<FusedAttributes>().activation);
  WHYBOX_TRY(auto op, create_xnn("fully_connected_nc_f32", [&](xnn_operator_t* out) {
    return xnn_create_fully_connected_nc_f32(d.inputs, d.outputs, d.inputs, d.outputs, weights.data(), data_or_null(bias),
                                             range.min, range.max, 0, nullptr, nullptr, out);
  }));
  return dense_kernel<xnn_reshape_fully_connected_nc_f32, xnn_setup_fully_connected_nc_f32, float>(std::move(op), d.rows);
}

Result<std::unique_ptr<Kernel>> lower_i8(const NodeView& node, const DenseShape& d) {
  const TensorInfo& weights = node.input(1);
  const Affine in = affine_of(node.input(0)), to = affine_of(node.output());
  const auto scales = channel_scales(weights, d.outputs);
  WHYBOX_TRY(const auto bias, integer_bias(node, 2, d.outputs));
  const ByteRange range = range_of(node.attributes<FusedAttributes>().activation, node.output());
  WHYBOX_TRY(auto op, create_xnn("fully_connected_nc_qs8_qc8w", [&](xnn_operator_t* out) {
    return xnn_create_fully_connected_nc_qs8_qc8w(
        d.inputs, d.outputs, d.inputs, d.outputs, static_cast<std::int8_t>(in.zero_point), in.scale, scales.data(),
        as_int8(weights.constant), data_or_null(bias), static_cast<std::int8_t>(to.zero_point), to.scale,
        static_cast<std::int8_t>(range.min), static_cast<std::int8_t>(range.max), 0, nullptr, nullptr, out);
  }));
  return dense_kernel<xnn_reshape_fully_connected_nc_qs8_qc8w, xnn_setup_fully_connected_nc_qs8_qc8w, std::int8_t>(
      std::move(op), d.rows);
}

Result<std::unique_ptr<Kernel>> lower_u8(const NodeView& node, const DenseShape& d) {
  const TensorInfo& weights = node.input(1);
  const Affine in = affine_of(node.input(0)), w = affine_of(weights), to = affine_of(node.output());
  WHYBOX_TRY(const auto bias, integer_bias(node, 2, d.outputs));
  const ByteRange range = range_of(node.attributes<FusedAttributes>().activation, node.output());
  WHYBOX_TRY(auto op, create_xnn("fully_connected_nc_qu8", [&](xnn_operator_t* out) {
    return xnn_create_fully_connected_nc_qu8(
        d.inputs, d.outputs, d.inputs, d.outputs, static_cast<std::uint8_t>(in.zero_point), in.scale,
        static_cast<std::uint8_t>(w.zero_point), w.scale, as_uint8(weights.constant), data_or_null(bias),
        static_cast<std::uint8_t>(to.zero_point), to.scale, static_cast<std::uint8_t>(range.min),
        static_cast<std::uint8_t>(range.max), 0, nullptr, nullptr, out);
  }));
  return dense_kernel<xnn_reshape_fully_connected_nc_qu8, xnn_setup_fully_connected_nc_qu8, std::uint8_t>(std::move(op),
                                                                                                        d.rows);
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const DenseShape shape = dense_shape(node);
  switch (node.input(0).type) {
    case ElementType::i8: return lower_i8(node, shape);
    case ElementType::u8: return lower_u8(node, shape);
    default: return lower_f32(node, shape);
  }
}

/// dx = W^T dy: the same product with the weights read the other way round.
class DenseReverse final : public ReverseKernel {
 public:
  DenseReverse(XnnOperator op, std::size_t rows) : op_(std::move(op)), rows_(rows) {}

  Result<void> vjp(const VjpArguments& a) override {
    if (a.input_gradients[0] == nullptr) return {};
    WHYBOX_CHECK(check(xnn_reshape_fully_connected_nc_f32(op_.get(), rows_ * static_cast<std::size_t>(a.batch), a.threads),
                       "xnn_reshape_fully_connected_nc_f32"));
    WHYBOX_CHECK(check(xnn_setup_fully_connected_nc_f32(op_.get(), a.output_gradient, a.input_gradients[0]),
                       "xnn_setup_fully_connected_nc_f32"));
    return check(xnn_run_operator(op_.get(), a.threads), "xnn_run_operator");
  }

 private:
  XnnOperator op_;
  std::size_t rows_;
};

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const DenseShape d = dense_shape(node);
  WHYBOX_TRY(const auto weights, constant_as_floats(node.input(1)));
  const FloatRange all;
  WHYBOX_TRY(auto op, create_xnn("fully_connected_nc_f32", [&](xnn_operator_t* out) {
    return xnn_create_fully_connected_nc_f32(d.outputs, d.inputs, d.outputs, d.inputs, weights.data(), nullptr, all.min,
                                             all.max, XNN_FLAG_TRANSPOSE_WEIGHTS, nullptr, nullptr, out);
  }));
  return std::make_unique<DenseReverse>(std::move(op), d.rows);
}

}  // namespace

const Operator kFullyConnected{infer, lower, reverse};

}  // namespace whybox
