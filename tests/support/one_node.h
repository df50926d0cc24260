#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/graph.h"
#include "support/npz.h"

namespace whybox::test {

/// Stored bytes of activations of one example, with room behind them for kernels that read past the end.
using Activations = std::map<TensorId, std::vector<std::byte>>;

/// The activations that a golden archive holds ("input", "tensor/<name>"), of its first example.
Activations reference_activations(const Graph& graph, const std::map<std::string, Array>& vectors);

/// By how much a node's result differs from the reference's when it is run alone on the reference's operands.
struct NodeDistance {
  double largest;    ///< in stored values: steps where quantised
  double tolerance;  ///< see tolerance() in golden.h
  std::size_t at;
};
/// Nothing when the archive lacks the result or an operand; fails the running test if the node cannot be run.
std::optional<NodeDistance> node_distance(const Graph& graph, const Node& node, const Activations& reference);

}  // namespace whybox::test
