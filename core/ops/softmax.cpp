// Softmax over the innermost axis: p_i = exp(beta x_i) / sum_j exp(beta x_j).
#include <algorithm>
#include <cmath>

#include "ops/kernel.h"
#include "ops/quantized.h"
#include "ops/table.h"

namespace whybox {
namespace {

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() != 1 || !node.has_input(0) || node.input(0).is_constant() || node.input(0).shape.empty())
    return fail(ErrorCode::bad_model, "wanted one computed input");
  if (node.input(0).type != node.output().type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree",
                to_string(node.output().type), to_string(node.input(0).type));
  return node.input(0).shape;
}

void softmax_row(const float* x, float* p, std::size_t count, float beta) {
  const float top = *std::max_element(x, x + count);  // shifts the exponents so that none overflows
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += p[i] = std::exp(beta * (x[i] - top));
  for (std::size_t i = 0; i < count; ++i) p[i] /= sum;
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const std::size_t count = channels(node.input(0)), rows = elements(node.input(0)) / count;
  const float beta = node.attributes<SoftmaxAttributes>().beta;
  auto kernel = make_kernel([=](int batch, const Buffers& b, pthreadpool*) {
    const auto* x = reinterpret_cast<const float*>(b.inputs[0]);
    auto* p = reinterpret_cast<float*>(b.output);
    for (std::size_t r = 0; r < rows * static_cast<std::size_t>(batch); ++r)
      softmax_row(x + r * count, p + r * count, count, beta);
  });
  if (is_quantized(node.output().type)) return make_float_detour(graph, raw, std::move(kernel));
  return kernel;
}

/// dx_i = beta p_i (g_i - sum_j g_j p_j)
Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const std::size_t count = channels(node.input(0)), rows = elements(node.input(0)) / count;
  const float beta = node.attributes<SoftmaxAttributes>().beta;
  return make_reverse([=](const VjpArguments& a) -> Result<void> {
    if (a.input_gradients[0] == nullptr) return {};
    for (std::size_t r = 0; r < rows * static_cast<std::size_t>(a.batch); ++r) {
      const float *p = a.output + r * count, *g = a.output_gradient + r * count;
      float mean = 0;
      for (std::size_t i = 0; i < count; ++i) mean += g[i] * p[i];
      for (std::size_t i = 0; i < count; ++i) a.input_gradients[0][r * count + i] = beta * p[i] * (g[i] - mean);
    }
    return {};
  });
}

}  // namespace

const Operator kSoftmax{infer, lower, reverse};

}  // namespace whybox
