#pragma once
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "ops/op.h"

namespace whybox {

/// What is added to the name of a tensor that a fused activation was split off from.
inline constexpr std::string_view kBeforeActivation = " (before activation)";
/// A twin's tensor by the name that it has in the file.
inline std::string_view layer_name(const TensorInfo& tensor) {
  const std::string_view name = tensor.name;
  return name.substr(0, name.size() - (name.ends_with(kBeforeActivation) ? kBeforeActivation.size() : 0));
}

/// The float32 twin of a graph: weights dequantised (int8 ones where they are read, by constant_as_floats), quantize and
/// dequantize nodes turned into identities, fused activations split off into nodes of their own (so that a convolution's product
/// is linear and a ReLU rule has one place to act). Tensor ids of the original keep their meaning; tensors that were split off are
/// appended.
/// @param through  last tensor wanted; nodes that do not lead to it are left out (softmax, when gradients start at logits)
Result<Graph> float_twin(const Graph& graph, TensorId through);

/// Forward and reverse pass over a float twin.
class Reverse {
 public:
  static Result<Reverse> create(std::shared_ptr<const Graph> twin, std::shared_ptr<ThreadPool> threads);
  Reverse(Reverse&&) noexcept;
  Reverse& operator=(Reverse&&) noexcept;
  ~Reverse();

  /// What a forward pass leaves behind.
  enum class Keep {
    everything,
    for_gradients,  ///< all but what goes into fused activations: nearly half the memory, enough for `gradient`
  };
  /// @param inputs  normalised values, `batch` examples, [batch, H, W, C]
  Result<void> forward(std::span<const float> inputs, int batch, Keep keep = Keep::everything);
  Result<Tensor> activation(TensorId tensor) const;

  /// The gradient of <seed, tensor `from`> with respect to tensor `to`, [batch, ...].
  /// @param seed  same element count as `from` over the batch; a one-hot row per example for a class score
  /// @param relu  what rectifiers let back through; `gradient` gives the true gradient
  /// Errors: invalid_argument when `to` does not lead to `from`.
  Result<Tensor> gradient(TensorId from, std::span<const float> seed, TensorId to,
                          ReluRule relu = ReluRule::gradient);

  /// What one node does with the signal that comes from above: writes `input_gradients` from `output_gradient`.
  using NodeStep = std::function<Result<void>(std::size_t node, const VjpArguments& arguments)>;
  /// Any signal's way down from `from` to `to`: every node on it takes its step once all that read its output have taken
  /// theirs, and what several of them send to a tensor is summed. Gradients, relevance and multipliers differ in the step. Needs a
  /// forward pass that kept everything.
  /// @returns what arrives at `to`, [batch, ...]
  Result<Tensor> walk(TensorId from, std::span<const float> seed, TensorId to, const NodeStep& step);
  /// The step that makes a walk a gradient.
  Result<void> vjp(std::size_t node, const VjpArguments& arguments);

  const Graph& graph() const;

 private:
  struct State;
  explicit Reverse(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace whybox
