// add, sub, mul with numpy broadcasting between activations and constants.
#include <algorithm>
#include <array>

#include "ops/parallel.h"
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/xnn.h"

namespace whybox {
namespace {

constexpr std::size_t kMaxRank = 6;  // XNNPACK's limit (XNN_MAX_TENSOR_DIMS)

/// Either operand of a node: an activation's place among the buffers, or a constant's values.
struct Operand {
  bool constant;
  std::size_t slot;           ///< among the activations
  Shape shape;                ///< one example
  std::vector<float> values;  ///< constant, float32
};

Result<std::array<Operand, 2>> operands(const NodeView& node) {
  std::array<Operand, 2> result;
  std::size_t slot = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const TensorInfo& tensor = node.input(i);
    result[i] = {tensor.is_constant(), 0, tensor.shape, {}};
    if (!tensor.is_constant()) {
      result[i].slot = slot++;
    } else {
      WHYBOX_TRY(result[i].values, constant_as_floats(tensor));
    }
  }
  return result;
}

Result<int> broadcast_extent(int a, int b) {
  if (a == b || b == 1) return a;
  if (a == 1) return b;
  return fail(ErrorCode::shape_mismatch, "extents {} and {} do not broadcast", a, b);
}

Result<Shape> broadcast(Shape a, Shape b) {
  const std::size_t rank = std::max(a.size(), b.size());
  a.insert(a.begin(), rank - a.size(), 1);
  b.insert(b.begin(), rank - b.size(), 1);
  Shape result(rank);
  for (std::size_t i = 0; i < rank; ++i) {
    WHYBOX_TRY(result[i], broadcast_extent(a[i], b[i]));
  }
  return result;
}

Result<void> check_types(const NodeView& node) {
  const ElementType type = node.output().type;
  for (std::size_t i = 0; i < 2; ++i)
    if (node.input(i).type != type)
      return fail(ErrorCode::unsupported_type, "input \"{}\" is {}, output is {}: they must agree", node.input(i).name,
                  to_string(node.input(i).type), to_string(type));
  return {};
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() != 2 || !node.has_input(0) || !node.has_input(1))
    return fail(ErrorCode::bad_model, "has {} inputs, wanted 2", node.input_count());
  WHYBOX_CHECK(check_types(node));
  const TensorInfo &a = node.input(0), &b = node.input(1);
  WHYBOX_TRY(auto shape, broadcast(a.shape, b.shape));
  if (shape.empty() || shape.size() > kMaxRank)
    return fail(ErrorCode::unsupported_type, "output has {} dimensions, wanted 1 to {}", shape.size(), kMaxRank);
  // The first extent is the batch: an activation that lacks it would be broadcast over the batch of the other.
  for (const TensorInfo* input : {&a, &b})
    if (!input->is_constant() && input->shape.size() != shape.size())
      return fail(ErrorCode::shape_mismatch, "\"{}\" is {}, the result {}: wanted equal rank", input->name,
                  to_string(input->shape), to_string(shape));
  if (shape[0] != 1) return fail(ErrorCode::shape_mismatch, "the result is {}, wanted batch 1", to_string(shape));
  return shape;
}

xnn_binary_operator xnn_kind(OpKind kind) {
  switch (kind) {
    case OpKind::sub: return xnn_binary_subtract;
    case OpKind::mul: return xnn_binary_multiply;
    default: return xnn_binary_add;
  }
}

/// Bytes of a constant with room for XNNPACK to read past the end.
std::vector<std::byte> padded_copy(const void* values, std::size_t bytes) {
  const auto* begin = static_cast<const std::byte*>(values);
  std::vector<std::byte> copy(begin, begin + bytes);
  copy.resize(bytes + XNN_EXTRA_BYTES);
  return copy;
}

/// Binds an XNNPACK operator to activations and constants of any of the three element types.
std::unique_ptr<Kernel> binary_kernel(XnnOperator op, std::array<Operand, 2> o,
                                      std::array<std::vector<std::byte>, 2> constants) {
  const auto shapes = [o](std::size_t i, std::size_t batch) {
    std::vector<std::size_t> shape(o[i].shape.begin(), o[i].shape.end());
    if (!o[i].constant) shape[0] = batch;
    return shape;
  };
  return make_xnn_kernel(
      std::move(op),
      [shapes](xnn_operator_t raw, std::size_t batch, std::size_t*, pthreadpool_t threads) {
        const auto a = shapes(0, batch), b = shapes(1, batch);
        return xnn_reshape_binary_elementwise_nd(raw, a.size(), a.data(), b.size(), b.data(), threads);
      },
      [o, kept = std::move(constants)](xnn_operator_t raw, const Buffers& b) {
        const auto address = [&](std::size_t i) { return o[i].constant ? kept[i].data() : b.inputs[o[i].slot]; };
        return xnn_setup_binary_elementwise_nd(raw, address(0), address(1), b.output);
      });
}

Result<std::unique_ptr<Kernel>> lower_f32(const NodeView& node) {
  WHYBOX_TRY(auto o, operands(node));
  std::array<std::vector<std::byte>, 2> constants;
  for (std::size_t i = 0; i < 2; ++i)
    if (o[i].constant) constants[i] = padded_copy(o[i].values.data(), o[i].values.size() * sizeof(float));
  WHYBOX_TRY(auto op, create_xnn("binary_elementwise_nd (f32)", [&](xnn_operator_t* out) {
    return xnn_create_binary_elementwise_nd(xnn_kind(node.kind()), xnn_datatype_fp32, nullptr, nullptr, nullptr, 0, out);
  }));
  return binary_kernel(std::move(op), std::move(o), std::move(constants));
}

Result<std::unique_ptr<Kernel>> lower_quantized(const NodeView& node) {
  WHYBOX_TRY(auto o, operands(node));
  std::array<std::vector<std::byte>, 2> constants;
  for (std::size_t i = 0; i < 2; ++i)
    if (o[i].constant) constants[i] = padded_copy(node.input(i).constant.data(), node.input(i).constant.size());
  const auto quantization = [](const TensorInfo& tensor) {
    const Affine affine = affine_of(tensor);
    return xnn_quantization_params{affine.zero_point, affine.scale};
  };
  const auto a = quantization(node.input(0)), b = quantization(node.input(1)), y = quantization(node.output());
  const auto type = node.output().type == ElementType::i8 ? xnn_datatype_qint8 : xnn_datatype_quint8;
  WHYBOX_TRY(auto op, create_xnn("binary_elementwise_nd (8 bit)", [&](xnn_operator_t* out) {
    return xnn_create_binary_elementwise_nd(xnn_kind(node.kind()), type, &a, &b, &y, 0, out);
  }));
  return binary_kernel(std::move(op), std::move(o), std::move(constants));
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const auto activation = node.attributes<FusedAttributes>().activation;
  if (!is_quantized(node.output().type)) {
    WHYBOX_TRY(auto kernel, lower_f32(node));
    return make_clamped(node.output(), activation, std::move(kernel));
  }
  auto kernel = lower_quantized(node);
  if (!kernel) {  // scales too far apart for XNNPACK's fixed-point arithmetic
    WHYBOX_TRY(auto inner, lower_f32(node));
    kernel = make_float_detour(graph, raw, std::move(inner));
  }
  return make_clamped(node.output(), activation, std::move(*kernel));
}

/// Element strides of an operand along the output's axes; 0 where it is broadcast.
std::array<std::size_t, kMaxRank> strides(const Shape& operand, const Shape& output) {
  std::array<std::size_t, kMaxRank> result{};
  std::size_t step = 1;
  for (std::size_t i = 1; i <= operand.size(); ++i) {
    const int extent = operand[operand.size() - i];
    result[output.size() - i] = extent == 1 ? 0 : step;
    step *= static_cast<std::size_t>(extent);
  }
  return result;
}

/// Calls visit(output index, a index, b index) for every element of one example.
template <class Visit>
void for_each_broadcast(const Shape& a, const Shape& b, const Shape& output, const Visit& visit) {
  const auto sa = strides(a, output), sb = strides(b, output);
  std::array<int, kMaxRank> at{};
  const auto count = static_cast<std::size_t>(element_count(output));
  std::size_t ia = 0, ib = 0;
  for (std::size_t i = 0; i < count; ++i) {
    visit(i, ia, ib);
    for (std::size_t axis = output.size(); axis-- > 0;) {
      ++at[axis], ia += sa[axis], ib += sb[axis];
      if (at[axis] < output[axis]) break;
      ia -= sa[axis] * static_cast<std::size_t>(at[axis]), ib -= sb[axis] * static_cast<std::size_t>(at[axis]);
      at[axis] = 0;
    }
  }
}

/// Of operands of the output's own shape: no broadcasting to look after.
void elementwise_vjp(OpKind kind, const std::array<Operand, 2>& o, std::size_t count, const VjpArguments& a) {
  for (std::size_t i = 0; i < 2; ++i) {
    float* gradient = a.input_gradients[o[i].slot];
    if (gradient == nullptr) continue;
    const float *g = a.output_gradient, *other = a.inputs[o[1 - i].slot];
    const float sign = kind == OpKind::sub && i == 1 ? -1.0f : 1.0f;
    parallel_pieces(a.threads, count, [&](std::size_t begin, std::size_t end) {
      if (kind == OpKind::mul)
        for (std::size_t j = begin; j < end; ++j) gradient[j] = g[j] * other[j];
      else
        for (std::size_t j = begin; j < end; ++j) gradient[j] = sign * g[j];
    });
  }
}

/// d(a+b) = (g, g); d(a-b) = (g, -g); d(a*b) = (g b, g a); summed over what was broadcast.
Result<void> binary_vjp(OpKind kind, const std::array<Operand, 2>& o, const Shape& output, const VjpArguments& a) {
  std::array<std::size_t, 2> size{};
  for (std::size_t i = 0; i < 2; ++i) size[i] = static_cast<std::size_t>(element_count(o[i].shape));
  const auto count = static_cast<std::size_t>(element_count(output));
  if (!o[0].constant && !o[1].constant && size[0] == count && size[1] == count) {
    elementwise_vjp(kind, o, count * static_cast<std::size_t>(a.batch), a);
    return {};
  }
  for (std::size_t n = 0; n < static_cast<std::size_t>(a.batch); ++n) {
    std::array<float*, 2> gradient{};
    std::array<const float*, 2> value{};
    for (std::size_t i = 0; i < 2; ++i) {
      value[i] = o[i].constant ? o[i].values.data() : a.inputs[o[i].slot] + n * size[i];
      if (!o[i].constant && a.input_gradients[o[i].slot]) {
        gradient[i] = a.input_gradients[o[i].slot] + n * size[i];
        std::fill_n(gradient[i], size[i], 0.0f);
      }
    }
    const float* g = a.output_gradient + n * count;
    const bool product = kind == OpKind::mul;
    const float sign = kind == OpKind::sub ? -1.0f : 1.0f;
    for_each_broadcast(o[0].shape, o[1].shape, output, [&](std::size_t i, std::size_t ia, std::size_t ib) {
      if (gradient[0]) gradient[0][ia] += product ? g[i] * value[1][ib] : g[i];
      if (gradient[1]) gradient[1][ib] += product ? g[i] * value[0][ia] : sign * g[i];
    });
  }
  return {};
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(auto o, operands(node));
  return make_reverse([kind = raw.kind, o = std::move(o), shape = node.output().shape](const VjpArguments& a) {
    return binary_vjp(kind, o, shape, a);
  });
}

}  // namespace

const Operator kBinary{infer, lower, reverse};

}  // namespace whybox
