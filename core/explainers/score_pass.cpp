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

}  // namespace

Result<ScorePass> ScorePass::run(Network& network, std::span<const float> inputs, int batch, int target) {
  WHYBOX_TRY(Reverse * reverse, network.reverse());
  const ScorePlace& place = network.classifier().scores();
  WHYBOX_CHECK(reverse->forward(inputs, batch));
  WHYBOX_TRY(const Tensor logits, reverse->activation(place.logits));
  ScorePass pass(reverse, place.logits);
  pass.one_hot_.resize(logits.values.size());
  const std::size_t classes = logits.values.size() / std::size_t(batch);
  for (std::size_t at = std::size_t(target); at < logits.values.size(); at += classes) {
    pass.scores_.push_back(logits.values[at]);
    pass.one_hot_[at] = 1;
  }
  return pass;
}

Result<Tensor> ScorePass::gradient(TensorId tensor, ReluRule rule) const {
  return reverse_->gradient(logits_, one_hot_, tensor, rule);
}

int reverse_batch(const Graph& twin) {
  std::int64_t bytes = 1;
  for (const TensorInfo& tensor : twin.tensors)
    if (!tensor.is_constant()) bytes += element_count(tensor.shape) * std::int64_t(sizeof(float));
  return int(std::clamp<std::int64_t>(kBatchBytes / bytes, 1, kMaxBatch));
}

Result<std::vector<Finding>> twin_findings(Task& task, double twin_logit) {
  WHYBOX_TRY(const Prediction prediction, task.network.classifier().predict(task.image));
  const double logit = prediction.logits[std::size_t(task.target)];
  return std::vector<Finding>{{"logit", "Logit of the network as it runs", logit},
                              {"twin_logit", "Logit of its float twin, whose gradients these are", twin_logit},
                              {"twin_gap", "How far the two are apart", std::abs(logit - twin_logit)}};
}

Result<void> check_finite(std::span<const float> values, std::string_view method, std::string_view what) {
  if (std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) return {};
  return fail(ErrorCode::not_finite, "{}: {} has values that are NaN or infinite", method, what);
}

}  // namespace whybox
