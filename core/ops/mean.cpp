// Mean over any axes but the batch; global average pooling is the usual case.
#include <algorithm>
#include <cstring>

#include "ops/kernel.h"
#include "ops/quantized.h"
#include "ops/table.h"

namespace whybox {
namespace {

bool reduced(const MeanAttributes& attributes, std::size_t axis) {
  return std::ranges::find(attributes.axes, static_cast<int>(axis)) != attributes.axes.end();
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const auto& attributes = node.attributes<MeanAttributes>();
  if (node.input_count() < 1 || !node.has_input(0) || node.input(0).is_constant())
    return fail(ErrorCode::bad_model, "wanted one computed input");
  const TensorInfo &input = node.input(0), &output = node.output();
  if (input.type != output.type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree", to_string(output.type),
                to_string(input.type));
  for (const int axis : attributes.axes)
    if (axis < 1 || axis >= static_cast<int>(input.shape.size()))
      return fail(ErrorCode::unsupported_type, "axis {} of {}: wanted 1 to {} (0 is the batch)", axis,
                  to_string(input.shape), static_cast<int>(input.shape.size()) - 1);
  Shape shape;
  for (std::size_t axis = 0; axis < input.shape.size(); ++axis) {
    if (!reduced(attributes, axis))
      shape.push_back(input.shape[axis]);
    else if (attributes.keep_dims)
      shape.push_back(1);
  }
  return shape;
}

/// For every element of one example of the input, the output element it is averaged into.
std::vector<std::uint32_t> targets(const Shape& input, const MeanAttributes& attributes) {
  std::vector<std::size_t> stride(input.size(), 0);
  std::size_t step = 1;
  for (std::size_t axis = input.size(); axis-- > 0;)
    if (!reduced(attributes, axis)) stride[axis] = step, step *= static_cast<std::size_t>(input[axis]);
  std::vector<std::uint32_t> result(static_cast<std::size_t>(element_count(input)));
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::size_t rest = i, target = 0;
    for (std::size_t axis = input.size(); axis-- > 0;) {
      const auto extent = static_cast<std::size_t>(input[axis]);
      target += rest % extent * stride[axis];
      rest /= extent;
    }
    result[i] = static_cast<std::uint32_t>(target);
  }
  return result;
}

struct MeanShape {
  std::vector<std::uint32_t> targets;  ///< none for a global mean: element i goes to channel i mod outputs
  std::size_t inputs, outputs;

  /// Calls visit(element, output element, length) for runs of neighbours, in order.
  template <class Visit>
  void for_each_run(const Visit& visit) const {
    if (targets.empty())
      for (std::size_t i = 0; i < inputs; i += outputs) visit(i, std::size_t{0}, outputs);
    for (std::size_t i = 0; i < targets.size(); ++i) visit(i, std::size_t{targets[i]}, std::size_t{1});
  }
};

MeanShape mean_shape(const NodeView& node) {
  const Shape& input = node.input(0).shape;
  const auto& attributes = node.attributes<MeanAttributes>();
  const bool global = input.size() == 4 && attributes.axes == std::vector{1, 2};
  return {global ? std::vector<std::uint32_t>{} : targets(input, attributes), elements(node.input(0)), elements(node.output())};
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const Affine from = affine_of(node.input(0)), to = affine_of(node.output());
  const ElementType type = node.output().type;
  return make_kernel([m = mean_shape(node), from, to, type](int batch, const Buffers& b, pthreadpool*) {
    with_element_type(type, [&]<class T>() {
      using Sum = std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>;
      const float count = static_cast<float>(m.inputs / m.outputs);
      std::vector<Sum> sum(m.outputs);
      for (std::size_t n = 0; n < static_cast<std::size_t>(batch); ++n) {
        std::ranges::fill(sum, Sum{0});
        const T* in = reinterpret_cast<const T*>(b.inputs[0]) + n * m.inputs;
        T* out = reinterpret_cast<T*>(b.output) + n * m.outputs;
        m.for_each_run([&](std::size_t i, std::size_t o, std::size_t length) {
          for (std::size_t c = 0; c < length; ++c) sum[o + c] += in[i + c];
        });
        for (std::size_t o = 0; o < m.outputs; ++o) {
          const float mean = static_cast<float>(sum[o]) / count;
          if constexpr (std::is_same_v<T, float>)
            out[o] = mean;
          else
            out[o] = static_cast<T>(
                quantize_value(from.scale * (mean - static_cast<float>(from.zero_point)), to, byte_range(type)));
        }
      }
    });
  });
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  return make_reverse([m = mean_shape(NodeView(graph, raw))](const VjpArguments& a) -> Result<void> {
    if (a.input_gradients[0] == nullptr) return {};
    const float share = static_cast<float>(m.outputs) / static_cast<float>(m.inputs);
    for (std::size_t n = 0; n < static_cast<std::size_t>(a.batch); ++n) {
      const float* from = a.output_gradient + n * m.outputs;
      float* to = a.input_gradients[0] + n * m.inputs;
      m.for_each_run([&](std::size_t i, std::size_t o, std::size_t length) {
        for (std::size_t c = 0; c < length; ++c) to[i + c] = share * from[o + c];
      });
    }
    return {};
  });
}

}  // namespace

const Operator kMean{infer, lower, reverse};

}  // namespace whybox
