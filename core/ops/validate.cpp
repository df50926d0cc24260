#include "ops/validate.h"

#include <algorithm>

#include "ops/op.h"

namespace whybox {
namespace {

Result<void> check_activation_type(const TensorInfo& tensor) {
  const bool byte = tensor.type == ElementType::i8 || tensor.type == ElementType::u8;
  if (tensor.type != ElementType::f32 && !byte)
    return fail(ErrorCode::unsupported_type, "activation \"{}\" is {}, wanted f32, i8 or u8", tensor.name,
                to_string(tensor.type));
  if (byte && (!tensor.quantization || tensor.quantization->scales.size() != 1))
    return fail(ErrorCode::bad_model, "activation \"{}\" is {} with {} scales, wanted 1", tensor.name,
                to_string(tensor.type), tensor.quantization ? tensor.quantization->scales.size() : 0);
  return {};
}

Result<void> check_picture(const TensorInfo& input) {
  const Shape& shape = input.shape;
  const bool picture = shape.size() == 4 && shape[0] == 1 && shape[1] >= 1 && shape[2] >= 1 &&
                       (shape[3] == 1 || shape[3] == 3);
  if (!picture)
    return fail(ErrorCode::bad_model, "input \"{}\" is {}, wanted a picture [1, H, W, 3] or [1, H, W, 1]", input.name,
                to_string(shape));
  return {};
}

Result<void> check_size(const TensorInfo& tensor) {
  const std::int64_t count = element_count(tensor.shape);
  if (count < 1 || count > kMaxActivationElements)
    return fail(ErrorCode::out_of_range, "activation \"{}\" {} has {} elements, wanted 1 to {}", tensor.name,
                to_string(tensor.shape), count, kMaxActivationElements);
  return {};
}

bool in_range(const Graph& graph, TensorId id) { return id >= 0 && id < static_cast<TensorId>(graph.tensors.size()); }

/// Checks one node and fills in the shape of its output.
Result<void> validate_node(Graph& graph, const Node& node, std::vector<bool>& known) {
  for (const TensorId id : node.inputs) {
    if (id == kNoTensor) continue;
    if (!in_range(graph, id)) return fail(ErrorCode::bad_model, "reads tensor {} of {}", id, graph.tensors.size());
    if (!known[static_cast<std::size_t>(id)])
      return fail(ErrorCode::bad_model, "reads \"{}\" before anything has written it", graph.tensor(id).name);
  }
  if (!in_range(graph, node.output)) return fail(ErrorCode::bad_model, "writes tensor {} of {}", node.output, graph.tensors.size());
  TensorInfo& output = graph.tensor(node.output);
  if (known[static_cast<std::size_t>(node.output)])
    return fail(ErrorCode::bad_model, "writes \"{}\", which is already written or constant", output.name);
  WHYBOX_CHECK(check_activation_type(output));
  WHYBOX_TRY(auto shape, operator_of(node.kind).infer(graph, node));
  if (!output.shape.empty() && element_count(output.shape) != element_count(shape))
    return fail(ErrorCode::shape_mismatch, "output \"{}\" is declared {}, but is {}", output.name, to_string(output.shape),
                to_string(shape));
  output.shape = std::move(shape);
  WHYBOX_CHECK(check_size(output));
  known[static_cast<std::size_t>(node.output)] = true;
  return {};
}

}  // namespace

Result<void> validate(Graph& graph) {
  if (!in_range(graph, graph.input)) return fail(ErrorCode::bad_model, "the network has no input");
  const TensorInfo& input = graph.tensor(graph.input);
  WHYBOX_CHECK(check_picture(input));
  WHYBOX_CHECK(check_activation_type(input));
  WHYBOX_CHECK(check_size(input));

  std::vector<bool> known(graph.tensors.size());
  for (std::size_t i = 0; i < known.size(); ++i) known[i] = graph.tensors[i].is_constant();
  known[static_cast<std::size_t>(graph.input)] = true;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (auto checked = validate_node(graph, graph.nodes[i], known); !checked)
      return fail_in(place(graph, i), std::move(checked).error());

  if (graph.nodes.empty()) return fail(ErrorCode::bad_model, "the network has no operators");
  if (graph.outputs.empty()) return fail(ErrorCode::bad_model, "the network has no output");
  for (const TensorId id : graph.outputs)
    if (!in_range(graph, id) || !known[static_cast<std::size_t>(id)] || graph.tensor(id).is_constant())
      return fail(ErrorCode::bad_model, "output tensor {} is written by no operator", id);
  return {};
}

}  // namespace whybox
