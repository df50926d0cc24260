#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "explainers/explainer.h"

namespace whybox {

/// A forward pass of the float twin, which can then be asked for gradients of the target y. Good until the twin's
/// next forward pass.
class ScorePass {
 public:
  /// @param inputs  normalised values, [batch, H, W, C]
  /// @param keep    everything, if `reverse` is to be walked
  static Result<ScorePass> run(Network& network, std::span<const float> inputs, int batch, const Target& target,
                               Reverse::Keep keep = Reverse::Keep::for_gradients);

  /// y of every example, [batch].
  std::span<const float> scores() const { return scores_; }
  Result<Tensor> activation(TensorId tensor) const { return reverse_->activation(tensor); }
  /// dy / d tensor, [batch, ...]. Errors: invalid_argument when the tensor does not lead to y.
  Result<Tensor> gradient(TensorId tensor, ReluRule rule = ReluRule::gradient) const;
  /// A walk of another kind than gradients' from the target to `to`. @param seed  at the target's tensor, [batch, ...]
  Reverse& reverse() const { return *reverse_; }
  TensorId from() const { return from_; }
  std::span<const float> seed() const { return seed_; }
  /// What y is made of, where walks that hand it down begin: seed times value at the target's tensor, [batch, ...].
  Result<std::vector<float>> shares() const;
  const Graph& graph() const { return reverse_->graph(); }

 private:
  ScorePass(Reverse* reverse, TensorId from) : reverse_(reverse), from_(from) {}
  Reverse* reverse_;
  TensorId from_;
  std::vector<float> scores_;
  std::vector<float> seed_;  // dy / d from, a row per example
};

/// How many examples of a twin go through a pass together.
int reverse_batch(const Graph& twin);

/// The gradients are the float twin's: how far it is from the network as it runs belongs to the answer. One forward pass of
/// the latter.
/// @param twin_score  y in the twin
Result<std::vector<Finding>> twin_findings(Task& task, double twin_score);

/// Errors: not_finite, naming what it is ("the gradient of sample 3").
Result<void> check_finite(std::span<const float> values, std::string_view method, std::string_view what);

}  // namespace whybox
