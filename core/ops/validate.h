#pragma once
#include "model/graph.h"

namespace whybox {

/// Activations larger than this (elements, one example) are refused before anything is allocated.
/// Small enough that a node's operands and result, widened to float32, still count in a 32-bit address space.
inline constexpr std::int64_t kMaxActivationElements = 1 << 26;

/// Checks that the graph can run: an image input [1, H, W, 1 or 3]; nodes in order, every activation written once and
/// before it is read; every node's shapes, types and attributes. Fills in the shapes of
/// activations. Errors: bad_model, shape_mismatch, unsupported_type, out_of_range, naming the node.
Result<void> validate(Graph& graph);

}  // namespace whybox
