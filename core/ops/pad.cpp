// Constant padding of any axis but the batch.
#include <algorithm>
#include <cstring>

#include "ops/kernel.h"
#include "ops/quantized.h"
#include "ops/table.h"

namespace whybox {
namespace {

constexpr int kMaxPad = 1 << 20;  // keeps sums of extents inside 32 bits

Result<Shape> infer(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const auto& amounts = node.attributes<PadAttributes>().amounts;
  if (node.input_count() < 1 || !node.has_input(0) || node.input(0).is_constant())
    return fail(ErrorCode::bad_model, "wanted computed data");
  const TensorInfo &input = node.input(0), &output = node.output();
  if (input.type != output.type)
    return fail(ErrorCode::unsupported_type, "output is {}, input is {}: they must agree", to_string(output.type),
                to_string(input.type));
  if (amounts.size() != input.shape.size())
    return fail(ErrorCode::shape_mismatch, "{} pairs of paddings for {}", amounts.size(), to_string(input.shape));
  Shape shape = input.shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const auto [before, after] = amounts[axis];
    if (before < 0 || after < 0 || before > kMaxPad || after > kMaxPad)
      return fail(ErrorCode::bad_model, "axis {} is padded by {} and {}, wanted 0 to {}", axis, before, after, kMaxPad);
    if (axis == 0 && before + after > 0) return fail(ErrorCode::unsupported_type, "pads the batch axis");
    shape[axis] += before + after;
  }
  return shape;
}

/// Calls visit(input offset, output offset, length) for every contiguous run of one example.
template <class Visit>
void for_each_run(const Shape& input, const Shape& output, const std::vector<std::array<int, 2>>& amounts,
                  const Visit& visit) {
  const std::size_t last = input.size() - 1;
  const auto length = static_cast<std::size_t>(input[last]);
  std::vector<int> at(input.size(), 0);
  const std::size_t runs = static_cast<std::size_t>(element_count(input)) / length;
  for (std::size_t run = 0; run < runs; ++run) {
    std::size_t offset = 0;
    for (std::size_t axis = 0; axis < input.size(); ++axis)
      offset = offset * static_cast<std::size_t>(output[axis]) + static_cast<std::size_t>(at[axis] + amounts[axis][0]);
    visit(run * length, offset, length);
    for (std::size_t axis = last; axis-- > 0;) {
      if (++at[axis] < input[axis]) break;
      at[axis] = 0;
    }
  }
}

Result<std::unique_ptr<Kernel>> lower(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const TensorInfo &input = node.input(0), &output = node.output();
  const auto& attributes = node.attributes<PadAttributes>();
  std::byte filler[sizeof(float)];
  quantize(output, &attributes.value, filler, 1);
  return make_kernel([=, in = input.shape, out = output.shape, amounts = attributes.amounts, size = byte_size(output.type),
                      in_count = elements(input), out_count = elements(output)](int batch, const Buffers& b, pthreadpool*) {
    for (std::size_t n = 0; n < static_cast<std::size_t>(batch); ++n) {
      std::byte* to = b.output + n * out_count * size;
      const std::byte* from = b.inputs[0] + n * in_count * size;
      if (size == 1)
        std::memset(to, std::to_integer<int>(filler[0]), out_count);
      else
        std::fill_n(reinterpret_cast<float*>(to), out_count, attributes.value);
      for_each_run(in, out, amounts, [&](std::size_t source, std::size_t target, std::size_t length) {
        std::memcpy(to + target * size, from + source * size, length * size);
      });
    }
  });
}

Result<std::unique_ptr<ReverseKernel>> reverse(const Graph& graph, const Node& raw) {
  const NodeView node(graph, raw);
  const TensorInfo &input = node.input(0), &output = node.output();
  return make_reverse([in = input.shape, out = output.shape, amounts = node.attributes<PadAttributes>().amounts,
                       in_count = elements(input), out_count = elements(output)](const VjpArguments& a) -> Result<void> {
    if (a.input_gradients[0] == nullptr) return {};
    for (std::size_t n = 0; n < static_cast<std::size_t>(a.batch); ++n)
      for_each_run(in, out, amounts, [&](std::size_t source, std::size_t target, std::size_t length) {
        std::memcpy(a.input_gradients[0] + n * in_count + source, a.output_gradient + n * out_count + target,
                    length * sizeof(float));
      });
    return {};
  });
}

}  // namespace

const Operator kPad{infer, lower, reverse};

}  // namespace whybox
