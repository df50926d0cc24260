#include "ops/cost.h"

namespace whybox {

std::int64_t multiply_adds(const Graph& graph, const Node& node) {
  const std::int64_t outputs = element_count(graph.tensor(node.output).shape);
  const auto weights = [&]() -> const Shape& { return graph.tensor(node.inputs[1]).shape; };
  switch (node.kind) {
    case OpKind::conv_2d: return outputs * weights()[1] * weights()[2] * weights()[3];
    case OpKind::depthwise_conv_2d: return outputs * weights()[1] * weights()[2];
    case OpKind::transpose_conv:
      return element_count(graph.tensor(node.inputs[0]).shape) * weights()[0] * weights()[1] * weights()[2];
    case OpKind::fully_connected: return outputs * weights()[1];
    default: return 0;
  }
}

}  // namespace whybox
