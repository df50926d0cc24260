// Concatenation along any axis but the batch; inputs whose quantisation differs from the output's are requantised.
#include <cstring>

#include "ops/kernel.h"
#include "ops/quantized.h"
#include "ops/table.h"

namespace whybox {
namespace {

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  if (node.input_count() < 1) return fail(ErrorCode::bad_model, "has no inputs");
  const int axis = node.attributes<ConcatAttributes>().axis;
  Shape shape = node.input(0).shape;
  if (axis < 1 || axis >= static_cast<int>(shape.size()))
    return fail(ErrorCode::unsupported_type, "axis is {}, wanted 1 to {}", axis, static_cast<int>(shape.size()) - 1);
  const auto along = static_cast<std::size_t>(axis);
  std::int64_t extent = 0;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    if (!node.has_input(i)) return fail(ErrorCode::bad_model, "input {} is missing", i);
    const TensorInfo& input = node.input(i);
    if (input.is_constant())
      return fail(ErrorCode::unsupported_type, "input \"{}\" is a constant, wanted an activation", input.name);
    if (input.type != node.output().type)
      return fail(ErrorCode::unsupported_type, "input \"{}\" is {}, output is {}", input.name, to_string(input.type),
                  to_string(node.output().type));
    Shape other = input.shape;
    if (other.size() != shape.size())
      return fail(ErrorCode::shape_mismatch, "\"{}\" is {}, the first input {}", input.name, to_string(other),
                  to_string(node.input(0).shape));
    extent += other[along];
    other[along] = shape[along];
    if (other != shape)
      return fail(ErrorCode::shape_mismatch, "\"{}\" is {}, the first input {}: they differ beside axis {}", input.name,
                  to_string(input.shape), to_string(node.input(0).shape), axis);
  }
  if (extent > std::numeric_limits<int>::max()) return fail(ErrorCode::out_of_range, "axis {} would be {} long", axis, extent);
  shape[along] = static_cast<int>(extent);
  return shape;
}

/// Elements in one run of an operand that stays contiguous in the output.
std::size_t run_length(const Shape& shape, int axis) {
  return static_cast<std::size_t>(element_count(Shape(shape.begin() + axis, shape.end())));
}

bool same_quantization(const TensorInfo& a, const TensorInfo& b) {
  const Affine x = affine_of(a), y = affine_of(b);
  return x.scale == y.scale && x.zero_point == y.zero_point;
}

struct Part {
  std::size_t run;  ///< elements
  bool requantize;
  std::array<std::uint8_t, 256> table;
};

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const auto& attributes = node.attributes<ConcatAttributes>();
  const TensorInfo& output = node.output();
  std::vector<Part> parts;
  for (std::size_t i = 0; i < node.input_count(); ++i) {
    Part part{run_length(node.input(i).shape, attributes.axis), false, {}};
    if (is_quantized(output.type) && !same_quantization(node.input(i), output)) {
      part.requantize = true;
      part.table = pointwise_table(node.input(i), output, [](float x) { return x; });
    }
    parts.push_back(part);
  }
  const std::size_t out_run = run_length(output.shape, attributes.axis);
  const std::size_t runs = elements(output) / out_run, size = byte_size(output.type);
  auto kernel = make_kernel([parts, out_run, runs, size, type = output.type](int batch, const Buffers& b, pthreadpool*) {
    std::size_t offset = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t bytes = parts[i].run * size;
      for (std::size_t r = 0; r < runs * static_cast<std::size_t>(batch); ++r) {
        std::byte* to = b.output + (r * out_run + offset) * size;
        const std::byte* from = b.inputs[i] + r * bytes;
        if (parts[i].requantize)
          apply_table(parts[i].table, type, from, to, parts[i].run);
        else
          std::memcpy(to, from, bytes);
      }
      offset += parts[i].run;
    }
  });
  return make_clamped(output, attributes.activation, std::move(kernel));
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const int axis = node.attributes<ConcatAttributes>().axis;
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < node.input_count(); ++i) lengths.push_back(run_length(node.input(i).shape, axis));
  const std::size_t out_run = run_length(node.output().shape, axis), runs = elements(node.output()) / out_run;
  return make_reverse([lengths, out_run, runs](const VjpArguments& a) -> Result<void> {
    std::size_t offset = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (float* gradient = a.input_gradients[i])
        for (std::size_t r = 0; r < runs * static_cast<std::size_t>(a.batch); ++r)
          std::memcpy(gradient + r * lengths[i], a.output_gradient + r * out_run + offset, lengths[i] * sizeof(float));
      offset += lengths[i];
    }
    return {};
  });
}

}  // namespace

const Operator kConcatenation{infer, lower, reverse};

}  // namespace whybox
