#pragma once
#include "model/graph.h"

namespace whybox {

/// Multiply-adds of one example in a convolution, transposed convolution or dense layer; 0 for everything else.
std::int64_t multiply_adds(const Graph& graph, const Node& node);

}  // namespace whybox
