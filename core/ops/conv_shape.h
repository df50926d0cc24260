#pragma once
#include "ops/node_view.h"
#include "ops/op.h"
#include "ops/window.h"
#include "ops/xnn.h"

namespace whybox {

/// Everything XNNPACK wants to know of a convolution or a depthwise one, in one form.
struct ConvShape {
  Window window;
  std::size_t groups, group_inputs, group_outputs;
  bool depthwise;

  std::size_t inputs() const { return groups * group_inputs; }
  std::size_t outputs() const { return groups * group_outputs; }
};

/// Errors: those of make_window; shape_mismatch for weights that do not fit the input's channels.
Result<ConvShape> conv_shape(const NodeView& node);

/// Calls an xnn_create_convolution2d_* or its deconvolution with the geometry that all of them begin with.
template <class Create, class... Rest>
xnn_status create_convolution(Create create, const ConvShape& c, Rest... rest) {
  const auto u32 = [](auto value) { return static_cast<std::uint32_t>(value); };
  const Window& w = c.window;
  return create(u32(w.pad_top), u32(w.pad_right), u32(w.pad_bottom), u32(w.pad_left), u32(w.kernel_height),
                u32(w.kernel_width), u32(w.stride.height), u32(w.stride.width), u32(w.dilation.height),
                u32(w.dilation.width), u32(c.groups), c.group_inputs, c.group_outputs, c.inputs(), c.outputs(), rest...);
}

/// The way back through either kind (conv_2d_reverse.cpp).
Result<std::unique_ptr<ReverseKernel>> reverse_convolution(const Graph& graph, const Node& node);

}  // namespace whybox
