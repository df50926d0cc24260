// reshape, squeeze, expand_dims: the same elements in the same order.
#include <algorithm>
#include <cstring>

#include "ops/kernel.h"
#include "ops/table.h"

namespace whybox {
namespace {

/// Fills in an extent of -1. Errors: shape_mismatch when the element counts differ.
Result<Shape> complete(Shape target, const Shape& input) {
  const std::int64_t count = element_count(input);
  const auto open = std::ranges::find(target, -1);
  if (open != target.end()) {
    *open = 1;
    const std::int64_t rest = element_count(target);
    if (rest < 1 || count % rest != 0)
      return fail(ErrorCode::shape_mismatch, "{} does not divide into {}", to_string(input), to_string(target));
    *open = static_cast<int>(count / rest);
  }
  if (std::ranges::any_of(target, [](int extent) { return extent < 1; }) || element_count(target) != count)
    return fail(ErrorCode::shape_mismatch, "{} cannot become {}", to_string(input), to_string(target));
  return target;
}

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() < 1 || !node.has_input(0) || node.input(0).is_constant())
    return fail(ErrorCode::bad_model, "wanted computed data");
  const TensorInfo &input = node.input(0), &output = node.output();
  if (input.type != output.type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree", to_string(output.type),
                to_string(input.type));
  return complete(node.attributes<ReshapeAttributes>().shape, input.shape);
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const std::size_t bytes = elements(node.output()) * byte_size(node.output().type);
  return make_kernel([bytes](int batch, const Buffers& b, pthreadpool*) {
    std::memcpy(b.output, b.inputs[0], bytes * static_cast<std::size_t>(batch));
  });
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  return make_reverse([count = elements(NodeView(graph, raw).output())](const VjpArguments& a) -> Result<void> {
    if (a.input_gradients[0])
      std::copy_n(a.output_gradient, count * static_cast<std::size_t>(a.batch), a.input_gradients[0]);
    return {};
  });
}

}  // namespace

const Operator kReshape{infer, lower, reverse};

}  // namespace whybox
