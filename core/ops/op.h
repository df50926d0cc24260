#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "model/graph.h"

struct pthreadpool;

namespace whybox {

/// Where a kernel finds its operands. Constants are packed into the kernel; only activations are listed, in node order.
struct Buffers {
  std::span<const std::byte* const> inputs;
  std::byte* output = nullptr;
  std::byte* workspace = nullptr;
};

/// One node, lowered: weights packed, ready to run at any batch size.
class Kernel {
 public:
  virtual ~Kernel() = default;
  /// Fixes the batch size. Returns the bytes of scratch memory that `bind` must be given.
  virtual Result<std::size_t> reshape(int batch, pthreadpool* threads) = 0;
  /// Fixes the operands' addresses for the runs that follow.
  virtual Result<void> bind(const Buffers& buffers) = 0;
  virtual Result<void> run(pthreadpool* threads) = 0;
};

/// What a rectifier (relu, relu6, relu_n1_to_1) lets back through of R, the signal from above; a is its input.
enum class ReluRule {
  gradient,   ///< R where a is inside the rectifier's range
  deconvnet,  ///< max(0, R), whatever a. Zeiler & Fergus 2014, arXiv:1311.2901, section 2.1
  guided,     ///< max(0, R) where a is inside. Springenberg et al. 2015, arXiv:1412.6806, section 3.4
};

/// Operands of one node's vector-Jacobian product, all float32, `batch` examples each, row-major.
struct VjpArguments {
  const Graph& graph;
  const Node& node;
  int batch;
  std::span<const float* const> inputs;  ///< activations only, in node order
  const float* output;
  const float* output_gradient;
  std::span<float* const> input_gradients;  ///< to be written; nullptr where nobody asks
  pthreadpool* threads;
  ReluRule relu = ReluRule::gradient;
};

/// The state a reverse pass keeps for one node between calls (weights packed for the transposed product).
class ReverseKernel {
 public:
  virtual ~ReverseKernel() = default;
  /// input_gradients = J^T output_gradient. Summing over the readers of a tensor is the caller's part.
  virtual Result<void> vjp(const VjpArguments& arguments) = 0;
};

/// Everything whybox knows about one kind of operator. One file per family in this folder.
struct Operator {
  /// The output's shape from the inputs' shapes; checks ranks, extents, weights and attributes before anything is allocated.
  Result<Shape> (*infer)(const Graph& graph, const Node& node);
  Result<std::unique_ptr<Kernel>> (*lower)(const Graph& graph, const Node& node);
  Result<std::unique_ptr<ReverseKernel>> (*reverse)(const Graph& graph, const Node& node);
};

const Operator& operator_of(OpKind kind);

}  // namespace whybox
