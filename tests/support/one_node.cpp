#include "support/one_node.h"

#include <catch2/catch_test_macros.hpp>

#include "ops/op.h"
#include "support/golden.h"

namespace whybox::test {
namespace {

/// XNNPACK may read this far past the end of an operand.
constexpr std::size_t kReadPast = 256;

std::vector<std::byte> run_node(const Graph& graph, const Node& node, const std::vector<const std::byte*>& inputs) {
  auto kernel = operator_of(node.kind).lower(graph, node);
  INFO((kernel ? std::string() : kernel.error().message));
  REQUIRE(kernel.has_value());
  const auto scratch = (*kernel)->reshape(1, nullptr);
  REQUIRE(scratch.has_value());
  const TensorInfo& output = graph.tensor(node.output);
  const std::size_t size = std::size_t(element_count(output.shape)) * byte_size(output.type);
  std::vector<std::byte> workspace(*scratch + kReadPast), values(size + kReadPast);
  REQUIRE((*kernel)->bind({inputs, values.data(), workspace.data()}).has_value());
  REQUIRE((*kernel)->run(nullptr).has_value());
  values.resize(size);
  return values;
}

/// The node's operands among the reference's activations; nothing when one is missing.
std::optional<std::vector<const std::byte*>> operands(const Graph& graph, const Node& node, const Activations& reference) {
  std::vector<const std::byte*> found;
  for (const TensorId id : node.inputs) {
    if (id == kNoTensor || graph.tensor(id).is_constant()) continue;
    const auto activation = reference.find(id);
    if (activation == reference.end()) return std::nullopt;
    found.push_back(activation->second.data());
  }
  return found;
}

}  // namespace

Activations reference_activations(const Graph& graph, const std::map<std::string, Array>& vectors) {
  Activations found;
  for (const auto& [key, array] : vectors)
    if (const auto tensor = key.starts_with("tensor/") ? find_tensor(graph, key.substr(7)) : std::nullopt)
      found[*tensor] = array.bytes;
  const Array& input = vectors.at("input");
  found[graph.input].assign(input.bytes.begin(),
                            input.bytes.begin() + std::ptrdiff_t(input.bytes.size() / std::size_t(input.shape[0])));
  for (auto& [tensor, bytes] : found) bytes.resize(bytes.size() + kReadPast);
  return found;
}

std::optional<NodeDistance> node_distance(const Graph& graph, const Node& node, const Activations& reference) {
  const auto inputs = operands(graph, node, reference);
  const auto result = reference.find(node.output);
  if (!inputs || result == reference.end()) return std::nullopt;
  const ElementType type = graph.tensor(node.output).type;
  const std::span<const std::byte> bytes(result->second);
  const auto wanted = stored_values(type, bytes.first(bytes.size() - kReadPast));
  const Distance found = distance(stored_values(type, run_node(graph, node, *inputs)), wanted);
  return NodeDistance{found.largest, tolerance(graph, node.output, wanted), found.at};
}

}  // namespace whybox::test
