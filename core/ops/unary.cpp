// Pointwise functions. float32 runs on XNNPACK; 8 bits have 256 possible answers, so they are a table.
#include <cmath>

#include "ops/parallel.h"
#include "ops/quantized.h"
#include "ops/table.h"
#include "ops/xnn.h"

namespace whybox {
namespace {

float alpha_of(const NodeView& node) {
  return node.kind() == OpKind::leaky_relu ? node.attributes<LeakyReluAttributes>().alpha : 0.0f;
}

/// What relu and its bounded relatives let through.
FloatRange clamp_of(OpKind kind) {
  switch (kind) {
    case OpKind::relu6: return range_of(Activation::relu6);
    case OpKind::relu_n1_to_1: return range_of(Activation::relu_n1_to_1);
    default: return range_of(Activation::relu);
  }
}

float value(OpKind kind, float alpha, float x) {
  switch (kind) {
    case OpKind::logistic: return 1.0f / (1.0f + std::exp(-x));
    case OpKind::tanh: return std::tanh(x);
    case OpKind::hard_swish: return x * std::fmin(std::fmax(x + 3.0f, 0.0f), 6.0f) / 6.0f;
    case OpKind::leaky_relu: return x > 0 ? x : alpha * x;
    default: return std::fmin(std::fmax(x, clamp_of(kind).min), clamp_of(kind).max);
  }
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() != 1 || !node.has_input(0) || node.input(0).is_constant())
    return fail(ErrorCode::bad_model, "wanted one computed input");
  if (node.input(0).type != node.output().type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree",
                to_string(node.output().type), to_string(node.input(0).type));
  return node.input(0).shape;
}

xnn_unary_operator xnn_kind(OpKind kind) {
  switch (kind) {
    case OpKind::logistic: return xnn_unary_sigmoid;
    case OpKind::tanh: return xnn_unary_tanh;
    case OpKind::hard_swish: return xnn_unary_hardswish;
    case OpKind::leaky_relu: return xnn_unary_leaky_relu;
    default: return xnn_unary_clamp;
  }
}

Result<std::unique_ptr<Kernel>> lower_f32(const NodeView& node) {
  xnn_unary_params params{};
  if (node.kind() == OpKind::leaky_relu)
    params.leaky_relu.negative_slope = alpha_of(node);
  else
    params.clamp.min = clamp_of(node.kind()).min, params.clamp.max = clamp_of(node.kind()).max;
  WHYBOX_TRY(auto op, create_xnn("unary_elementwise_nc", [&](xnn_operator_t* out) {
    return xnn_create_unary_elementwise_nc(xnn_kind(node.kind()), xnn_datatype_fp32, xnn_datatype_fp32, &params, nullptr,
                                           nullptr, 0, out);
  }));
  return make_xnn_kernel(
      std::move(op),
      [count = elements(node.output())](xnn_operator_t o, std::size_t batch, std::size_t*, pthreadpool_t threads) {
        return xnn_reshape_unary_elementwise_nc(o, batch, count, count, count, threads);
      },
      [](xnn_operator_t o, const Buffers& b) { return xnn_setup_unary_elementwise_nc(o, b.inputs[0], b.output); });
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (!is_quantized(node.output().type)) return lower_f32(node);
  const auto table = pointwise_table(node.input(0), node.output(), [kind = raw.kind, alpha = alpha_of(node)](float x) {
    return value(kind, alpha, x);
  });
  return make_kernel(
      [table, type = node.input(0).type, count = elements(node.output())](int batch, const Buffers& b, pthreadpool*) {
        apply_table(table, type, b.inputs[0], b.output, count * static_cast<std::size_t>(batch));
      });
}

/// A plain loop that knows all it needs by value: compilers turn it into vectors.
template <class Slope, class FromAbove>
void multiply(float* __restrict to, const float* above, const float* x, const float* y, std::size_t count, Slope slope, FromAbove from_above) {
  for (std::size_t i = 0; i < count; ++i) to[i] = from_above(above[i]) * slope(x[i], y[i]);
}

/// gradient = from_above(R) slope(x, y), element by element.
template <class Slope, class FromAbove>
void send_back(const VjpArguments& a, std::size_t count, Slope slope, FromAbove from_above) {
  parallel_pieces(a.threads, count, [&](std::size_t begin, std::size_t end) {
    multiply(a.input_gradients[0] + begin, a.output_gradient + begin, a.inputs[0] + begin, a.output + begin, end - begin, slope,
             from_above);
  });
}

constexpr auto kWhole = [](float above) { return above; };
constexpr auto kPositive = [](float above) { return above > 0 ? above : 0.0f; };

/// A clamp lets through what is inside its range, 0 at the corners, as TensorFlow and PyTorch have it. Asked of the output, which is
/// inside exactly when the input is, so that the two may share their memory.
void rectify_back(const VjpArguments& a, std::size_t count, FloatRange range) {
  const auto inside = [range](float, float y) { return static_cast<float>((y > range.min) & (y < range.max)); };
  switch (a.relu) {
    case ReluRule::gradient: return send_back(a, count, inside, kWhole);
    case ReluRule::guided: return send_back(a, count, inside, kPositive);
    case ReluRule::deconvnet: return send_back(a, count, [](float, float) { return 1.0f; }, kPositive);
  }
}

void unary_vjp(OpKind kind, float alpha, std::size_t count, const VjpArguments& a) {
  const auto back = [&](const auto& slope) { send_back(a, count, slope, kWhole); };
  switch (kind) {
    case OpKind::logistic: return back([](float, float y) { return y * (1.0f - y); });
    case OpKind::tanh: return back([](float, float y) { return 1.0f - y * y; });
    case OpKind::hard_swish:
      return back([](float x, float) { return x <= -3.0f ? 0.0f : x >= 3.0f ? 1.0f : (2.0f * x + 3.0f) / 6.0f; });
    case OpKind::leaky_relu: return back([alpha](float x, float) { return x > 0 ? 1.0f : alpha; });
    default: return rectify_back(a, count, clamp_of(kind));
  }
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  return make_reverse([kind = raw.kind, alpha = alpha_of(node), count = elements(node.output())](const VjpArguments& a) -> Result<void> {
    if (a.input_gradients[0]) unary_vjp(kind, alpha, count * static_cast<std::size_t>(a.batch), a);
    return {};
  });
}

}  // namespace

const Operator kUnary{infer, lower, reverse};

}  // namespace whybox
