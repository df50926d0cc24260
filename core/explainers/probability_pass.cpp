#include "explainers/probability_pass.h"

#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

std::vector<float> by_head(std::vector<float> values, Head head) {
  if (head == Head::logistic) {
    for (float& value : values) value = 1 / (1 + std::exp(-value));
    return values;
  }
  const float top = *std::ranges::max_element(values);
  float sum = 0;
  for (float& value : values) sum += value = std::exp(value - top);
  for (float& value : values) value /= sum;
  return values;
}

}  // namespace

Result<TwinPass> TwinPass::run(Network& network, std::span<const float> input) {
  WHYBOX_TRY(Reverse * reverse, network.reverse());
  const ScorePlace& place = network.classifier().scores();
  TwinPass pass(*reverse, place.logits, place.head);
  WHYBOX_CHECK(reverse->forward(input, 1, Reverse::Keep::for_gradients));
  WHYBOX_TRY(Tensor logits, reverse->activation(place.logits));
  if (!std::ranges::all_of(logits.values, [](float value) { return std::isfinite(value); }))
    return fail(ErrorCode::not_finite, "the network's output is not a finite number");
  pass.logits_ = std::move(logits.values);
  pass.probabilities_ = by_head(pass.logits_, pass.head_);
  return pass;
}

Result<std::vector<float>> TwinPass::logit_gradient(std::span<const float> seed) const {
  WHYBOX_TRY(Tensor gradient, reverse_->gradient(place_, seed, reverse_->graph().input));
  return std::move(gradient.values);
}

/// Softmax: dp^c/dy^k = p^c (1[k = c] - p^k); logistic: p^c (1 - p^c) at c.
std::vector<float> TwinPass::probability_seed(const Target& target) const {
  std::vector<float> seed(logits_.size());
  const auto add = [&](int index, float sign) {
    const auto c = std::size_t(index);
    const float p = probabilities_[c];
    if (head_ == Head::logistic) {
      seed[c] += sign * p * (1 - p);
      return;
    }
    for (std::size_t k = 0; k < seed.size(); ++k) seed[k] += sign * p * (float(k == c) - probabilities_[k]);
  };
  add(target.index, 1);
  if (target.versus) add(*target.versus, -1);
  return seed;
}

double probability_of(const Target& target, std::span<const float> probabilities) {
  const double own = probabilities[std::size_t(target.index)];
  return target.versus ? own - probabilities[std::size_t(*target.versus)] : own;
}

}  // namespace whybox
