// PReLU: y = x > 0 ? x : alpha x, alpha a constant over one example's trailing axes (channels, mostly).
#include <algorithm>

#include "ops/kernel.h"
#include "ops/quantized.h"
#include "ops/table.h"

namespace whybox {
namespace {

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() != 2 || !node.has_input(0) || !node.has_input(1) || node.input(0).is_constant() ||
      !node.input(1).is_constant())
    return fail(ErrorCode::bad_model, "wanted computed data and a constant alpha");
  const TensorInfo &data = node.input(0), &alpha = node.input(1);
  if (data.type != node.output().type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree",
                to_string(node.output().type), to_string(data.type));
  Shape expected(alpha.shape.size());
  for (std::size_t i = 1; i <= expected.size(); ++i) {
    if (i > data.shape.size()) return fail(ErrorCode::shape_mismatch, "alpha {} does not fit {}", to_string(alpha.shape), to_string(data.shape));
    expected[expected.size() - i] = data.shape[data.shape.size() - i];
  }
  // Either one slope per channel ([1, 1, C]) or one per element ([H, W, C]).
  const bool per_channel = element_count(alpha.shape) == data.shape.back() && alpha.shape.back() == data.shape.back();
  if (!per_channel && expected != alpha.shape)
    return fail(ErrorCode::shape_mismatch, "alpha is {}, wanted one slope per channel or per element of {}",
                to_string(alpha.shape), to_string(data.shape));
  return data.shape;
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(auto alpha, constant_as_floats(node.input(1)));
  auto kernel = make_kernel([alpha = std::move(alpha), count = elements(node.output())](int batch, const Buffers& b, pthreadpool*) {
    const auto* x = reinterpret_cast<const float*>(b.inputs[0]);
    auto* y = reinterpret_cast<float*>(b.output);
    for (std::size_t row = 0; row < count * static_cast<std::size_t>(batch); row += alpha.size())
      for (std::size_t i = 0; i < alpha.size(); ++i) y[row + i] = x[row + i] > 0 ? x[row + i] : alpha[i] * x[row + i];
  });
  if (is_quantized(node.output().type)) return make_float_detour(graph, raw, std::move(kernel));
  return kernel;
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  WHYBOX_TRY(auto alpha, constant_as_floats(node.input(1)));
  return make_reverse([alpha = std::move(alpha), count = elements(node.output())](const VjpArguments& a) -> Result<void> {
    if (a.input_gradients[0] == nullptr) return {};
    for (std::size_t i = 0; i < count * static_cast<std::size_t>(a.batch); ++i)
      a.input_gradients[0][i] = a.output_gradient[i] * (a.inputs[0][i] > 0 ? 1.0f : alpha[i % alpha.size()]);
    return {};
  });
}

}  // namespace

const Operator kPrelu{infer, lower, reverse};

}  // namespace whybox
