#include <algorithm>

#include "grad/reverse.h"
#include "ops/quantized.h"
#include "ops/validate.h"

namespace whybox {
namespace {

/// Which nodes lead to a tensor.
std::vector<bool> nodes_before(const Graph& graph, TensorId through) {
  std::vector<bool> wanted(graph.tensors.size(), false), result(graph.nodes.size(), false);
  wanted[static_cast<std::size_t>(through)] = true;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    if (!wanted[static_cast<std::size_t>(graph.nodes[i].output)]) continue;
    result[i] = true;
    for (const TensorId id : graph.nodes[i].inputs)
      if (id != kNoTensor) wanted[static_cast<std::size_t>(id)] = true;
  }
  return result;
}

void set_constant(Graph& twin, TensorId id, const std::vector<float>& values) {
  TensorInfo& tensor = twin.tensor(id);
  tensor.constant = store(twin, std::as_bytes(std::span(values)));
  tensor.type = ElementType::f32;
  tensor.quantization.reset();
}

bool is_product(OpKind kind) {
  return kind == OpKind::conv_2d || kind == OpKind::depthwise_conv_2d || kind == OpKind::transpose_conv ||
         kind == OpKind::fully_connected;
}

/// A quantised bias counts in steps of (input scale) x (weight scale of its channel), whatever its own tensor says.
Result<std::vector<float>> dequantized_bias(const Graph& graph, const Node& node) {
  const TensorInfo& weights = graph.tensor(node.inputs[1]);
  const TensorInfo& bias = graph.tensor(node.inputs[2]);
  if (bias.type == ElementType::f32 || bias.type == ElementType::f16) return constant_as_floats(bias);
  WHYBOX_TRY(const auto steps, constant_as_ints(bias));
  const float input_scale = affine_of(graph.tensor(node.inputs[0])).scale;
  std::vector<float> values(steps.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& scales = weights.quantization->scales;
    values[i] = static_cast<float>(steps[i]) * input_scale * scales[scales.size() > 1 ? i : 0];
  }
  return values;
}

/// int8 weights may stay as they are: kernels dequantise them as they pack them, and a copy would be four times as large.
bool stays_quantized(const TensorInfo& tensor, const Node& node, std::size_t input) {
  return is_product(node.kind) && input == 1 && tensor.type == ElementType::i8;
}

/// Turns the other constant operands of a node into float32. A constant may serve several nodes: done once, from the original.
Result<void> dequantize_constants(const Graph& graph, const Node& node, Graph& twin) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const TensorId id = node.inputs[i];
    if (id == kNoTensor || !graph.tensor(id).is_constant() || stays_quantized(graph.tensor(id), node, i)) continue;
    auto values = is_product(node.kind) && i == 2 ? dequantized_bias(graph, node) : constant_as_floats(graph.tensor(id));
    if (!values) return std::unexpected(std::move(values).error());
    set_constant(twin, id, *values);
  }
  return {};
}

/// The fused activation of a node, taken out of its attributes.
Activation take_activation(Node& node) {
  return std::visit(
      [](auto& attributes) {
        if constexpr (requires { attributes.activation; })
          return std::exchange(attributes.activation, Activation::none);
        else
          return Activation::none;
      },
      node.attributes);
}

OpKind kind_of(Activation activation) {
  switch (activation) {
    case Activation::relu6: return OpKind::relu6;
    case Activation::relu_n1_to_1: return OpKind::relu_n1_to_1;
    default: return OpKind::relu;
  }
}

/// Appends the node, and its fused activation as a node of its own that writes the original's output.
void append_split(Graph& twin, Node node) {
  const Activation activation = take_activation(node);
  if (activation == Activation::none) {
    twin.nodes.push_back(std::move(node));
    return;
  }
  const TensorId result = node.output;
  TensorInfo before = twin.tensor(result);
  before.name += kBeforeActivation;
  twin.tensors.push_back(std::move(before));
  node.output = static_cast<TensorId>(twin.tensors.size()) - 1;
  const TensorId linear = node.output;
  twin.nodes.push_back(std::move(node));
  twin.nodes.push_back({kind_of(activation), {linear}, result, {}});
}

}  // namespace

Result<Graph> float_twin(const Graph& graph, TensorId through) {
  Graph twin{.tensors = graph.tensors, .nodes = {}, .input = graph.input, .outputs = {through}, .storage = graph.storage};
  for (TensorInfo& tensor : twin.tensors)
    if (!tensor.is_constant()) tensor.type = ElementType::f32, tensor.quantization.reset();

  const auto wanted = nodes_before(graph, through);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!wanted[i]) continue;
    Node node = graph.nodes[i];
    if (node.kind == OpKind::quantize || node.kind == OpKind::dequantize)
      node = {OpKind::reshape, {node.inputs[0]}, node.output, ReshapeAttributes{graph.tensor(node.output).shape}};
    if (auto done = dequantize_constants(graph, node, twin); !done) return fail_in(place(graph, i), std::move(done).error());
    append_split(twin, std::move(node));
  }
  WHYBOX_CHECK(validate(twin));
  return twin;
}

}  // namespace whybox
