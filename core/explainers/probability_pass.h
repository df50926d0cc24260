#pragma once
#include <span>
#include <vector>

#include "explainers/explainer.h"

namespace whybox {

/// What the float twin says of one picture, ready to be asked for gradients at the picture. Good until the twin's next forward pass.
class TwinPass {
 public:
  /// @param input  normalised values, [H, W, C]
  static Result<TwinPass> run(Network& network, std::span<const float> input);

  const std::vector<float>& logits() const { return logits_; }
  /// By the network's own head, [classes].
  const std::vector<float>& probabilities() const { return probabilities_; }
  /// d (sum_k seed_k logit_k) / d input, [H, W, C].
  Result<std::vector<float>> logit_gradient(std::span<const float> seed) const;
  /// d p / d logits for p = p^c, or p^c - p^v against another class.
  std::vector<float> probability_seed(const Target& target) const;

 private:
  TwinPass(Reverse& reverse, TensorId place, Head head) : reverse_(&reverse), place_(place), head_(head) {}
  Reverse* reverse_;
  TensorId place_;
  Head head_;
  std::vector<float> logits_, probabilities_;
};

/// p^c, or p^c - p^v against another class.
double probability_of(const Target& target, std::span<const float> probabilities);

}  // namespace whybox
