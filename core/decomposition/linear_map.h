#pragma once
#include <memory>
#include <span>
#include <vector>

#include "ops/op.h"

namespace whybox {

/// Whether a node is a product of data with weights: convolution, depthwise and transposed convolution, dense layer.
bool is_product(const Node& node);

/// A product node of a float twin with weights of its own: z = W' a + b', and the way back, W'^T s. It runs on the operator's own
/// kernels, so that whatever the reader accepts can be decomposed.
class LinearMap {
 public:
  /// @param weights  in the node's layout
  /// @param bias     one per output channel; empty: none
  static Result<LinearMap> create(const Graph& twin, const Node& node, std::span<const float> weights, std::span<const float> bias);

  /// z of `batch` examples. @param input  a, [batch, ...]
  Result<std::vector<float>> apply(std::span<const float> input, int batch, pthreadpool* threads);
  /// W'^T s. @param signal  s, of the output's size
  Result<std::vector<float>> transposed(std::span<const float> signal, int batch, pthreadpool* threads);

 private:
  LinearMap(Graph graph, std::unique_ptr<Kernel> forward, std::unique_ptr<ReverseKernel> reverse);
  std::size_t count(TensorId id, int batch) const;

  Graph graph_;  // of this one node
  std::unique_ptr<Kernel> forward_;
  std::unique_ptr<ReverseKernel> reverse_;
};

}  // namespace whybox
