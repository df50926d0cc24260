#include "explainers/score_pass.h"

#include <algorithm>
#include <cmath>

namespace whybox {
namespace {

/// A batch keeps all its activations until its gradients are back. This much leaves the page's 120 MB for a reverse pass
/// on MobileNetV2 at 224 room for the gradients themselves.
constexpr std::int64_t kBatchBytes = 32 << 20;
/// Where batching has stopped to pay, and a step would take longer than a person waits for a sign of life.
constexpr std::int64_t kMaxBatch = 16;

std::string_view score_name(const Target& target) {
  if (target.unit) return "Activation";
  return target.versus ? "Difference of the logits" : "Logit";
}

}  // namespace

Result<ScorePass> ScorePass::run(Network& network, std::span<const float> inputs, int batch, const Target& target,
                                 Reverse::Keep keep) {
  WHYBOX_TRY(const Score score, network.score(target));
  WHYBOX_TRY(Reverse * reverse, network.reverse());
  WHYBOX_CHECK(reverse->forward(inputs, batch, keep));
  WHYBOX_TRY(const Tensor answer, reverse->activation(score.tensor));
  ScorePass pass(reverse, score.tensor);
  const std::size_t elements = answer.values.size() / std::size_t(batch);
  for (std::size_t at = 0; at < answer.values.size(); at += elements)
    pass.scores_.push_back(float(score.of(std::span(answer.values).subspan(at, elements))));
  pass.seed_ = score.seed(elements, batch);
  return pass;
}

Result<Tensor> ScorePass::gradient(TensorId tensor, ReluRule rule) const {
  return reverse_->gradient(from_, seed_, tensor, rule);
}

Result<std::vector<float>> ScorePass::shares() const {
  WHYBOX_TRY(Tensor answer, activation(from_));
  std::ranges::transform(answer.values, seed_, answer.values.begin(), std::multiplies{});
  return std::move(answer.values);
}

int reverse_batch(const Graph& twin) {
  std::int64_t bytes = 1;
  for (const TensorInfo& tensor : twin.tensors)
    if (!tensor.is_constant()) bytes += element_count(tensor.shape) * std::int64_t(sizeof(float));
  return int(std::clamp<std::int64_t>(kBatchBytes / bytes, 1, kMaxBatch));
}

Result<std::vector<Finding>> twin_findings(Task& task, double twin_score) {
  WHYBOX_TRY(const Score place, task.network.score(task.target));
  WHYBOX_TRY(const Tensor answer, task.network.classifier().activation(task.image, place.tensor));
  const double score = place.of(answer.values);
  if (!std::isfinite(score)) return fail(ErrorCode::not_finite, "the network's output is not a finite number");
  const std::string_view what = score_name(task.target);
  return std::vector<Finding>{{"logit", std::format("{} in the network as it runs", what), score},
                              {"twin_logit", std::format("{} in its float twin, which is explained", what), twin_score},
                              {"twin_gap", "How far the two are apart", std::abs(score - twin_score)}};
}

Result<void> check_finite(std::span<const float> values, std::string_view method, std::string_view what) {
  if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return {};
  return fail(ErrorCode::not_finite, "{}: {} has values that are NaN or infinite", method, what);
}

}  // namespace whybox
