#pragma once
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "engine/plane.h"
#include "ops/op.h"
#include "ops/window.h"

namespace whybox {

/// One node's work on a part of its output. What it computes there is what the whole node would: the same kernels run, on a
/// smaller picture.
class Patch {
 public:
  virtual ~Patch() = default;
  /// Where the output changes when input `index` (among the activations) changes in `area`.
  virtual Area reach(std::size_t index, const Area& area) const = 0;
  /// Pixels of output that are computed for the sake of that area; more than it has, where only some sizes are made.
  virtual std::int64_t work(const Area& area) const = 0;
  /// Computes an area of the output from the whole inputs; returns where it truly changed.
  virtual Result<Area> run(const Area& area, std::span<const std::byte* const> inputs, std::byte* output, pthreadpool* threads) = 0;
};

/// Nothing for a node that needs its whole inputs for any part of its output (means, dense layers, resizing), or whose padding takes
/// no part in a mean. The graph must outlive it. Errors: those of lowering the node.
Result<std::unique_ptr<Patch>> make_patch(const Graph& graph, const Node& node);

}  // namespace whybox
