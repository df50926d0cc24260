#include "decomposition/multipliers.h"

#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

/// Below this difference an activation's quotient is lost to float32's rounding, and the slope at the picture is better.
constexpr float kSmallDifference = 1e-6f;

std::size_t elements(const Graph& graph, TensorId id) { return std::size_t(element_count(graph.tensor(id).shape)); }

/// Both examples' halves are kept equal on the whole walk: a multiplier belongs to the pair.
void mirror(float* values, std::size_t count) { std::copy_n(values, count, values + count); }

Result<void> rescale(Reverse& reverse, std::size_t node, const VjpArguments& a) {
  WHYBOX_CHECK(reverse.vjp(node, a));  // the slopes
  const std::size_t count = elements(a.graph, a.node.output);
  for (std::size_t i = 0; i < count; ++i) {
    const float difference = a.inputs[0][i] - a.inputs[0][count + i];
    if (std::abs(difference) < kSmallDifference) continue;
    a.input_gradients[0][i] = a.output_gradient[i] * (a.output[i] - a.output[count + i]) / difference;
  }
  mirror(a.input_gradients[0], count);
  return {};
}

/// With c = max(y, y'): contribution (c - y') m goes to the picture's winner, (y - c) m to the baseline's.
Result<void> cross_maximum(Reverse& reverse, std::size_t node, const VjpArguments& arguments) {
  VjpArguments a = arguments;
  const std::size_t outputs = elements(a.graph, a.node.output), inputs = elements(a.graph, a.node.inputs[0]);
  std::vector<float> contributions(2 * outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    const float y = a.output[i], other = a.output[outputs + i], cross = std::max(y, other);
    contributions[i] = (cross - other) * a.output_gradient[i];
    contributions[outputs + i] = (y - cross) * a.output_gradient[i];
  }
  a.output_gradient = contributions.data();
  WHYBOX_CHECK(reverse.vjp(node, a));  // takes each to its winner
  for (std::size_t j = 0; j < inputs; ++j) {
    const float sum = a.input_gradients[0][j] + a.input_gradients[0][inputs + j];
    const float difference = a.inputs[0][j] - a.inputs[0][inputs + j];
    a.input_gradients[0][j] = difference == 0 ? 0 : sum / difference;
  }
  mirror(a.input_gradients[0], inputs);
  return {};
}

/// ab - a'b' = (a - a') mean(b, b') + (b - b') mean(a, a').
Result<void> mean_factors(Reverse& reverse, std::size_t node, const VjpArguments& arguments) {
  VjpArguments a = arguments;
  std::vector<std::vector<float>> means;
  std::vector<const float*> inputs;
  for (const TensorId id : a.node.inputs) {
    if (a.graph.tensor(id).is_constant()) continue;
    const std::size_t count = elements(a.graph, id);
    const float* values = a.inputs[inputs.size()];
    std::vector<float>& mean = means.emplace_back(2 * count);
    for (std::size_t i = 0; i < count; ++i) mean[i] = mean[count + i] = (values[i] + values[count + i]) / 2;
    inputs.push_back(mean.data());
  }
  a.inputs = inputs;
  return reverse.vjp(node, a);
}

Result<void> step(Reverse& reverse, std::size_t node, const VjpArguments& a) {
  switch (a.node.kind) {
    case OpKind::relu:
    case OpKind::relu6:
    case OpKind::relu_n1_to_1:
    case OpKind::logistic:
    case OpKind::tanh:
    case OpKind::hard_swish:
    case OpKind::leaky_relu:
    case OpKind::prelu: return rescale(reverse, node, a);
    case OpKind::max_pool_2d: return cross_maximum(reverse, node, a);
    case OpKind::mul: return mean_factors(reverse, node, a);
    case OpKind::softmax:
      return fail(ErrorCode::invalid_argument, "DeepLIFT has no rule for softmax inside a network; wanted it at the output only");
    default: return reverse.vjp(node, a);
  }
}

}  // namespace

Result<Tensor> multipliers(Reverse& reverse, TensorId from, std::span<const float> seed, TensorId to) {
  WHYBOX_TRY(Tensor both, reverse.walk(from, seed, to, [&](std::size_t node, const VjpArguments& a) { return step(reverse, node, a); }));
  both.values.resize(both.values.size() / 2);
  both.shape[0] = 1;
  return both;
}

}  // namespace whybox
