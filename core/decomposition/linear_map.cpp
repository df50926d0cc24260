#include "decomposition/linear_map.h"

#include <algorithm>

namespace whybox {
namespace {

// XNNPACK may read this many floats past the end of what it is given.
constexpr std::size_t kOverread = 32;

enum Role : TensorId { kData, kWeights, kBias, kResult };

std::vector<float> padded(std::span<const float> values) {
  std::vector<float> copy(values.begin(), values.end());
  copy.resize(values.size() + kOverread);
  return copy;
}

TensorInfo constant(Graph& graph, TensorInfo info, std::span<const float> values) {
  info.type = ElementType::f32;
  info.quantization.reset();
  info.constant = store(graph, std::as_bytes(values));
  return info;
}

}  // namespace

bool is_product(const Node& node) {
  switch (node.kind) {
    case OpKind::conv_2d:
    case OpKind::depthwise_conv_2d:
    case OpKind::transpose_conv:
    case OpKind::fully_connected: return true;
    default: return false;
  }
}

LinearMap::LinearMap(Graph graph, std::unique_ptr<Kernel> forward, std::unique_ptr<ReverseKernel> reverse)
    : graph_(std::move(graph)), forward_(std::move(forward)), reverse_(std::move(reverse)) {}

Result<LinearMap> LinearMap::create(const Graph& twin, const Node& node, std::span<const float> weights, std::span<const float> bias) {
  Graph graph;
  graph.tensors = {twin.tensor(node.inputs[0]), constant(graph, twin.tensor(node.inputs[1]), weights), {}, twin.tensor(node.output)};
  if (!bias.empty()) graph.tensors[kBias] = constant(graph, twin.tensor(node.inputs[2]), bias);
  graph.nodes = {{node.kind, {kData, kWeights, bias.empty() ? kNoTensor : TensorId(kBias)}, kResult, node.attributes}};
  graph.input = kData;
  graph.outputs = {kResult};
  const Operator& op = operator_of(node.kind);
  WHYBOX_TRY(auto forward, op.lower(graph, graph.nodes[0]));
  WHYBOX_TRY(auto reverse, op.reverse(graph, graph.nodes[0]));
  return LinearMap(std::move(graph), std::move(forward), std::move(reverse));
}

std::size_t LinearMap::count(TensorId id, int batch) const {
  return std::size_t(element_count(graph_.tensor(id).shape)) * std::size_t(batch);
}

Result<std::vector<float>> LinearMap::apply(std::span<const float> input, int batch, pthreadpool* threads) {
  const std::vector<float> data = padded(input);
  std::vector<float> result(count(kResult, batch) + kOverread);
  WHYBOX_TRY(const std::size_t bytes, forward_->reshape(batch, threads));
  std::vector<std::byte> workspace(bytes);
  const std::byte* inputs[] = {reinterpret_cast<const std::byte*>(data.data())};
  WHYBOX_CHECK(forward_->bind({inputs, reinterpret_cast<std::byte*>(result.data()), workspace.data()}));
  WHYBOX_CHECK(forward_->run(threads));
  result.resize(count(kResult, batch));
  return result;
}

Result<std::vector<float>> LinearMap::transposed(std::span<const float> signal, int batch, pthreadpool* threads) {
  const std::vector<float> from_above = padded(signal);
  std::vector<float> result(count(kData, batch) + kOverread);
  const float* nothing[] = {nullptr};  // a linear map's way back reads neither its input nor its output
  float* targets[] = {result.data()};
  WHYBOX_CHECK(reverse_->vjp({graph_, graph_.nodes[0], batch, nothing, nullptr, from_above.data(), targets, threads}));
  result.resize(count(kData, batch));
  return result;
}

}  // namespace whybox
