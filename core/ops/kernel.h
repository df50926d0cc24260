#pragma once
#include <functional>
#include <memory>

#include "ops/node_view.h"
#include "ops/op.h"

namespace whybox {

/// A kernel that is one function of its buffers.
using RunFunction = std::function<void(int batch, const Buffers& buffers, pthreadpool* threads)>;
std::unique_ptr<Kernel> make_kernel(RunFunction run);

/// Runs a float32 kernel on an 8-bit node: operands dequantised before, the result quantised after. For operators that are
/// too rare or too cheap to deserve integer arithmetic; at most one step from the exact result.
std::unique_ptr<Kernel> make_float_detour(const Graph& graph, const Node& node, std::unique_ptr<Kernel> float_kernel);

/// Clamps the output of another kernel: the fused activation where the kernel itself has none.
std::unique_ptr<Kernel> make_clamped(const TensorInfo& output, Activation activation, std::unique_ptr<Kernel> kernel);

/// A vector-Jacobian product without state of its own.
using VjpFunction = std::function<Result<void>(const VjpArguments& arguments)>;
std::unique_ptr<ReverseKernel> make_reverse(VjpFunction vjp);

/// Calls f.operator()<T>() with the C++ type of an activation's elements (float, int8_t or uint8_t).
template <class F>
auto with_element_type(ElementType type, const F& f) {
  switch (type) {
    case ElementType::i8: return f.template operator()<std::int8_t>();
    case ElementType::u8: return f.template operator()<std::uint8_t>();
    default: return f.template operator()<float>();
  }
}

}  // namespace whybox
