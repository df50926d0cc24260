#pragma once
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "engine/arena.h"
#include "engine/plane.h"
#include "ops/op.h"
#include "ops/window.h"

namespace whybox {

/// Memory that grows to what was needed most.
class Scratch {
 public:
  std::byte* of(std::size_t bytes) {
    if (memory_.size() < bytes + kOverread) memory_.resize(bytes + kOverread);
    return memory_.data();
  }
  /// The pixels of an area, padded where the view ends; the view's own memory where it holds just these.
  const std::byte* cut(std::size_t pixel_bytes, const View& from, const Area& area, std::span<const std::byte> outside) {
    if (from.area == area) return from.data;
    std::byte* pixels = of(static_cast<std::size_t>(area.pixels()) * pixel_bytes);
    cut_out(pixel_bytes, from, area, outside, pixels);
    return pixels;
  }

 private:
  static constexpr std::size_t kOverread = 128;  // bytes that XNNPACK's kernels may read past an operand's end
  Arena memory_;
};

/// One node's work on a part of its output. What it computes there is what the whole node would: the same kernels run, on a
/// smaller picture.
class Patch {
 public:
  virtual ~Patch() = default;
  /// Where the output changes when input `index` (among the activations) changes in `area`.
  virtual Area reach(std::size_t index, const Area& area) const = 0;
  /// What an area of the output needs of input `index`.
  virtual Area needs(std::size_t index, const Area& area) const = 0;
  /// The area to compute for the sake of `wanted`: larger, where each size costs a kernel of its own and few shall be made.
  virtual Area handy(const Area& wanted) const { return wanted; }
  /// Computes an area of the output, [area.height, area.width] pixels, from views that hold what it needs.
  virtual Result<void> compute(const Area& area, std::span<const View> inputs, std::byte* patch, pthreadpool* threads) = 0;
};

/// Nothing for a node that needs its whole inputs for any part of its output (means, dense layers, resizing), or whose padding takes
/// no part in a mean. The graph must outlive it. Errors: those of lowering the node.
Result<std::unique_ptr<Patch>> make_patch(const Graph& graph, const Node& node);

}  // namespace whybox
