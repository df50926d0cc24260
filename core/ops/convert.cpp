// quantize and dequantize: between float32 and 8 bits, or from one quantisation to another.
#include <algorithm>

#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/xnn.h"

namespace whybox {
namespace {

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() != 1 || !node.has_input(0) || node.input(0).is_constant())
    return fail(ErrorCode::bad_model, "wanted one computed input");
  const ElementType from = node.input(0).type, to = node.output().type;
  const bool known = (is_quantized(from) || from == ElementType::f32) && (is_quantized(to) || to == ElementType::f32);
  if (!known)
    return fail(ErrorCode::unsupported_type, "from {} to {} is not supported", to_string(from), to_string(to));
  return node.input(0).shape;
}

xnn_datatype xnn_type(ElementType type) {
  switch (type) {
    case ElementType::i8: return xnn_datatype_qint8;
    case ElementType::u8: return xnn_datatype_quint8;
    default: return xnn_datatype_fp32;
  }
}

Result<std::unique_ptr<Kernel>> lower_table(const NodeView& node) {
  const auto table = pointwise_table(node.input(0), node.output(), [](float x) { return x; });
  return make_kernel(
      [table, type = node.input(0).type, count = elements(node.output())](int batch, const Buffers& b, pthreadpool*) {
        apply_table(table, type, b.inputs[0], b.output, count * static_cast<std::size_t>(batch));
      });
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (is_quantized(node.input(0).type) && is_quantized(node.output().type)) return lower_table(node);
  const auto quantization = [](const TensorInfo& tensor) {
    const Affine affine = affine_of(tensor);
    return xnn_quantization_params{affine.zero_point, affine.scale};
  };
  const auto from = quantization(node.input(0)), to = quantization(node.output());
  WHYBOX_TRY(auto op, create_xnn("unary_elementwise_nc (convert)", [&](xnn_operator_t* out) {
    return xnn_create_unary_elementwise_nc(xnn_unary_convert, xnn_type(node.input(0).type), xnn_type(node.output().type),
                                           nullptr, &from, &to, 0, out);
  }));
  return make_xnn_kernel(
      std::move(op),
      [count = elements(node.output())](xnn_operator_t o, std::size_t batch, std::size_t*, pthreadpool_t threads) {
        return xnn_reshape_unary_elementwise_nc(o, batch, count, count, count, threads);
      },
      [](xnn_operator_t o, const Buffers& b) { return xnn_setup_unary_elementwise_nc(o, b.inputs[0], b.output); });
}

/// The rounding is taken as the identity (straight-through); float twins do not contain these nodes.
Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  return make_reverse([count = elements(NodeView(graph, raw).output())](const VjpArguments& a) -> Result<void> {
    if (a.input_gradients[0])
      std::copy_n(a.output_gradient, count * static_cast<std::size_t>(a.batch), a.input_gradients[0]);
    return {};
  });
}

}  // namespace

const Operator kConvert{infer, lower, reverse};

}  // namespace whybox
