#include "engine/patch.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "ops/conv_shape.h"
#include "ops/quantized.h"

namespace whybox {
namespace {

/// A node and its tensors alone, of another height and width: what its kernel for a patch is lowered from.
struct Miniature {
  Graph graph;
  Node node;
};

Miniature miniature(const Graph& graph, const Node& node, int in_height, int in_width, int out_height, int out_width) {
  Miniature small{{}, node};
  const auto add = [&](TensorId id, int height, int width) {
    if (id == kNoTensor) return kNoTensor;
    TensorInfo tensor = graph.tensor(id);
    if (!tensor.is_constant()) tensor.shape[1] = height, tensor.shape[2] = width;
    small.graph.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(small.graph.tensors.size()) - 1;
  };
  for (TensorId& id : small.node.inputs) id = add(id, in_height, in_width);
  small.node.output = add(node.output, out_height, out_width);
  return small;
}

Result<std::unique_ptr<Kernel>> lower(const Miniature& small) { return operator_of(small.node.kind).lower(small.graph, small.node); }

std::vector<Plane> input_planes(const Graph& graph, const Node& node) {
  std::vector<Plane> planes;
  for (const TensorId id : node.inputs)
    if (id != kNoTensor && !graph.tensor(id).is_constant()) planes.push_back(plane_of(graph.tensor(id)));
  return planes;
}

/// A node that treats every pixel alike and alone: its kernel for one pixel runs on a batch of them.
class PixelwisePatch final : public Patch {
 public:
  PixelwisePatch(std::unique_ptr<Kernel> kernel, std::vector<Plane> inputs)
      : kernel_(std::move(kernel)), inputs_(std::move(inputs)), cuts_(inputs_.size()) {}

  Area reach(std::size_t, const Area& area) const override { return area; }
  Area needs(std::size_t, const Area& area) const override { return area; }

  Result<void> compute(const Area& area, std::span<const View> inputs, std::byte* patch, pthreadpool* threads) override {
    const auto pixels = static_cast<std::size_t>(area.pixels());
    std::vector<const std::byte*> operands;
    for (std::size_t i = 0; i < inputs_.size(); ++i) operands.push_back(cuts_[i].cut(inputs_[i].pixel_bytes, inputs[i], area, {}));
    WHYBOX_TRY(const std::size_t workspace, kernel_->reshape(static_cast<int>(pixels), threads));
    WHYBOX_CHECK(kernel_->bind({operands, patch, workspace_.of(workspace)}));
    return kernel_->run(threads);
  }

 private:
  std::unique_ptr<Kernel> kernel_;
  std::vector<Plane> inputs_;
  std::vector<Scratch> cuts_;
  Scratch workspace_;
};

/// Few sizes, so that few kernels are made: all up to 8, then every fourth.
int rounded_up(int extent, int most) { return std::min(extent <= 8 ? extent : (extent + 3) / 4 * 4, most); }

/// The `size` places from `begin` on, moved back where they would pass the end.
int moved_inside(int begin, int size, int extent) { return std::min(begin, extent - size); }

/// A node that slides a window: its kernel without padding runs on a patch that has the padding in it.
class WindowPatch final : public Patch {
 public:
  WindowPatch(const Graph& graph, const Node& node, const Window& window, std::vector<std::byte> padding)
      : graph_(graph),
        node_(node),
        window_(window),
        padding_(std::move(padding)),
        input_(input_planes(graph, node)[0]),
        output_(plane_of(graph.tensor(node.output))) {
    without_padding();
  }

  Area reach(std::size_t, const Area& area) const override {
    const Window& w = window_;
    const auto [top, bottom] = seen_from(area.top, area.bottom, w.pad_top, w.kernel_height, w.dilation.height, w.stride.height, w.out_height);
    const auto [left, right] = seen_from(area.left, area.right, w.pad_left, w.kernel_width, w.dilation.width, w.stride.width, w.out_width);
    return {top, left, bottom, right};
  }

  Area needs(std::size_t, const Area& area) const override { return intersected(under(area), input_.whole()); }

  Area handy(const Area& wanted) const override {
    const int height = rounded_up(wanted.height(), output_.height), width = rounded_up(wanted.width(), output_.width);
    const int top = moved_inside(wanted.top, height, output_.height), left = moved_inside(wanted.left, width, output_.width);
    return {top, left, top + height, left + width};
  }

  Result<void> compute(const Area& area, std::span<const View> inputs, std::byte* patch, pthreadpool* threads) override {
    const Area seen = under(area);
    const std::byte* const operands[] = {cut_.cut(input_.pixel_bytes, inputs[0], seen, padding_)};
    WHYBOX_TRY(const Sized* sized, kernel_for(area, seen, threads));
    WHYBOX_CHECK(sized->kernel->bind({operands, patch, workspace_.of(sized->workspace)}));
    return sized->kernel->run(threads);
  }

 private:
  struct Sized {
    std::unique_ptr<Kernel> kernel;
    std::size_t workspace;
  };

  /// Places whose windows saw one of begin .. end - 1: out stride - pad + k dilation, k = 0 .. kernel - 1.
  static std::pair<int, int> seen_from(int begin, int end, int pad, int kernel, int dilation, int stride, int extent) {
    const int earliest = begin + pad - (kernel - 1) * dilation, latest = end - 1 + pad;
    return {std::max(0, (earliest + stride - 1) / stride), std::min(extent, latest / stride + 1)};
  }

  /// What the windows of an area see, padding included.
  Area under(const Area& area) const {
    const Window& w = window_;
    const int top = area.top * w.stride.height - w.pad_top, left = area.left * w.stride.width - w.pad_left;
    return {top, left, top + (area.height() - 1) * w.stride.height + (w.kernel_height - 1) * w.dilation.height + 1,
            left + (area.width() - 1) * w.stride.width + (w.kernel_width - 1) * w.dilation.width + 1};
  }

  void without_padding() {
    if (auto* conv = std::get_if<ConvAttributes>(&node_.attributes)) conv->padding = Padding::valid;
    if (auto* pool = std::get_if<PoolAttributes>(&node_.attributes)) pool->padding = Padding::valid;
  }

  Result<const Sized*> kernel_for(const Area& area, const Area& seen, pthreadpool* threads) {
    const std::pair size{area.height(), area.width()};
    if (const auto found = kernels_.find(size); found != kernels_.end()) return &found->second;
    WHYBOX_TRY(auto kernel, lower(miniature(graph_, node_, seen.height(), seen.width(), area.height(), area.width())));
    WHYBOX_TRY(const std::size_t workspace, kernel->reshape(1, threads));
    return &kernels_.emplace(size, Sized{std::move(kernel), workspace}).first->second;
  }

  const Graph& graph_;
  Node node_;
  Window window_;
  std::vector<std::byte> padding_;  // one pixel's bytes
  Plane input_, output_;
  std::map<std::pair<int, int>, Sized> kernels_;  // by the output patch's height and width
  Scratch cut_, workspace_;
};

/// Padding of rows and columns: the input somewhere else.
class ShiftPatch final : public Patch {
 public:
  ShiftPatch(const Plane& input, int down, int across, std::vector<std::byte> outside)
      : input_(input), down_(down), across_(across), outside_(std::move(outside)) {}

  Area reach(std::size_t, const Area& area) const override { return moved(area, down_, across_); }
  Area needs(std::size_t, const Area& area) const override { return intersected(moved(area, -down_, -across_), input_.whole()); }

  Result<void> compute(const Area& area, std::span<const View> inputs, std::byte* patch, pthreadpool*) override {
    cut_out(input_.pixel_bytes, inputs[0], moved(area, -down_, -across_), outside_, patch);
    return {};
  }

 private:
  static Area moved(const Area& a, int down, int across) { return {a.top + down, a.left + across, a.bottom + down, a.right + across}; }

  Plane input_;
  int down_, across_;
  std::vector<std::byte> outside_;  // one pixel's bytes
};

/// All activations of the output's height and width, constants the same for every pixel.
bool treats_pixels_alike(const Graph& graph, const Node& node) {
  const Shape& out = graph.tensor(node.output).shape;
  return std::ranges::all_of(node.inputs, [&](TensorId id) {
    if (id == kNoTensor) return true;
    const TensorInfo& tensor = graph.tensor(id);
    const Shape& shape = tensor.shape;
    if (!tensor.is_constant()) return shape.size() == 4 && shape[1] == out[1] && shape[2] == out[2];
    return element_count(shape) == 1 || element_count(shape) == shape.back();
  });
}

bool is_pixelwise(const Graph& graph, const Node& node) {
  switch (node.kind) {
    case OpKind::add:
    case OpKind::sub:
    case OpKind::mul:
    case OpKind::prelu:
    case OpKind::relu:
    case OpKind::relu6:
    case OpKind::relu_n1_to_1:
    case OpKind::logistic:
    case OpKind::tanh:
    case OpKind::hard_swish:
    case OpKind::leaky_relu:
    case OpKind::quantize:
    case OpKind::dequantize: return treats_pixels_alike(graph, node);
    case OpKind::concatenation: return std::get<ConcatAttributes>(node.attributes).axis == 3 && treats_pixels_alike(graph, node);
    default: return false;
  }
}

Result<Window> pool_window(const Graph& graph, const Node& node) {
  const auto& a = std::get<PoolAttributes>(node.attributes);
  const Shape& data = graph.tensor(node.inputs[0]).shape;
  return make_window(data[1], data[2], a.filter.height, a.filter.width, a.stride, {1, 1}, a.padding);
}

template <class T>
std::vector<std::byte> pixel_of(T value, std::size_t bytes) {
  std::vector<std::byte> pixel(bytes);
  for (std::size_t i = 0; i + sizeof(T) <= bytes; i += sizeof(T)) std::memcpy(&pixel[i], &value, sizeof(T));
  return pixel;
}

/// A pixel that stands for zero, or for less than all others.
std::vector<std::byte> zero_pixel(const TensorInfo& tensor) {
  const std::size_t bytes = plane_of(tensor).pixel_bytes;
  return is_quantized(tensor.type) ? pixel_of(static_cast<std::int8_t>(affine_of(tensor).zero_point), bytes) : pixel_of(0.0f, bytes);
}
std::vector<std::byte> lowest_pixel(const TensorInfo& tensor) {
  const std::size_t bytes = plane_of(tensor).pixel_bytes;
  return is_quantized(tensor.type) ? pixel_of(static_cast<std::int8_t>(byte_range(tensor.type).min), bytes)
                                   : pixel_of(std::numeric_limits<float>::lowest(), bytes);
}

bool is_padded(const Window& w) { return w.pad_top + w.pad_bottom + w.pad_left + w.pad_right > 0; }

Result<std::unique_ptr<Patch>> pixelwise(const Graph& graph, const Node& node) {
  WHYBOX_TRY(auto kernel, lower(miniature(graph, node, 1, 1, 1, 1)));
  return std::make_unique<PixelwisePatch>(std::move(kernel), input_planes(graph, node));
}

Result<std::unique_ptr<Patch>> convolution(const Graph& graph, const Node& node) {
  WHYBOX_TRY(const ConvShape shape, conv_shape(NodeView(graph, node)));
  const Window& w = shape.window;
  const bool one_pixel = w.kernel_height * w.kernel_width * w.stride.height * w.stride.width == 1;
  if (one_pixel) return pixelwise(graph, node);
  return std::make_unique<WindowPatch>(graph, node, w, zero_pixel(graph.tensor(node.inputs[0])));
}

Result<std::unique_ptr<Patch>> pool(const Graph& graph, const Node& node) {
  WHYBOX_TRY(const Window window, pool_window(graph, node));
  if (node.kind == OpKind::average_pool_2d && is_padded(window)) return nullptr;
  return std::make_unique<WindowPatch>(graph, node, window, lowest_pixel(graph.tensor(node.inputs[0])));
}

Result<std::unique_ptr<Patch>> shift(const Graph& graph, const Node& node) {
  const auto& [amounts, value] = std::get<PadAttributes>(node.attributes);
  if (amounts[3] != std::array{0, 0}) return nullptr;
  const TensorInfo& output = graph.tensor(node.output);
  std::vector<std::byte> element(byte_size(output.type)), pixel;
  quantize(output, &value, element.data(), 1);
  while (pixel.size() < plane_of(output).pixel_bytes) pixel.insert(pixel.end(), element.begin(), element.end());
  return std::make_unique<ShiftPatch>(plane_of(graph.tensor(node.inputs[0])), amounts[1][0], amounts[2][0], std::move(pixel));
}

}  // namespace

Result<std::unique_ptr<Patch>> make_patch(const Graph& graph, const Node& node) {
  if (graph.tensor(node.output).shape.size() != 4) return nullptr;
  switch (node.kind) {
    case OpKind::conv_2d:
    case OpKind::depthwise_conv_2d: return convolution(graph, node);
    case OpKind::max_pool_2d:
    case OpKind::average_pool_2d: return pool(graph, node);
    case OpKind::pad: return shift(graph, node);
    default: break;
  }
  if (is_pixelwise(graph, node)) return pixelwise(graph, node);
  return nullptr;
}

}  // namespace whybox
