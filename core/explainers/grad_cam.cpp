#include <algorithm>
#include <cmath>

#include "explainers/explainer.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "grad-cam";

/// Grad-CAM channel weights: alpha_k = (1/N) sum_uv d y_c / d A^k_uv.
/// Selvaraju et al. 2017, arXiv:1610.02391, eq. 1.
/// @param gradient  d y_c / d A, [1, u, v, K]
/// @returns alpha, [K]
std::vector<double> channel_weights(const Tensor& gradient) {
  std::vector<double> alpha(std::size_t(gradient.shape[3]));
  const std::size_t positions = gradient.values.size() / alpha.size();
  for (std::size_t i = 0; i < gradient.values.size(); ++i) alpha[i % alpha.size()] += gradient.values[i];
  for (double& weight : alpha) weight /= double(positions);
  return alpha;
}

/// ReLU(sum_k alpha_k A^k), eq. 2 of the same.
/// @param activation  A, [1, u, v, K]
/// @returns [u, v]
Heatmap weighted_sum(const Tensor& activation, const std::vector<double>& alpha) {
  Heatmap map{activation.shape[1], activation.shape[2], {}};
  for (std::size_t first = 0; first < activation.values.size(); first += alpha.size()) {
    double sum = 0;
    for (std::size_t k = 0; k < alpha.size(); ++k) sum += alpha[k] * activation.values[first + k];
    // std::max would turn NaN into 0 and hide it.
    map.values.push_back(sum < 0 ? 0.0f : float(sum));
  }
  return map;
}

class GradCam final : public Explanation {
 public:
  GradCam(Task task, TensorId layer)
      : task_(std::move(task)),
        layer_(layer),
        map_{task_.image.height, task_.image.width, std::vector<float>(std::size_t(task_.image.height) * task_.image.width)} {}

  Result<void> step() override {
    WHYBOX_TRY(Reverse * reverse, task_.network.reverse());
    const Classifier& classifier = task_.network.classifier();
    WHYBOX_CHECK(reverse->forward(classifier.encoder().normalize(task_.image), 1));
    const TensorId logits = classifier.scores().logits;
    WHYBOX_TRY(const Tensor scores, reverse->activation(logits));
    std::vector<float> one_hot(scores.values.size());
    one_hot[std::size_t(task_.target)] = 1;
    WHYBOX_TRY(const Tensor activation, reverse->activation(layer_));
    WHYBOX_TRY(const Tensor gradient, reverse->gradient(logits, one_hot, layer_));
    const Heatmap coarse = weighted_sum(activation, channel_weights(gradient));
    if (!std::ranges::all_of(coarse.values, [](float value) { return std::isfinite(value); }))
      return fail(ErrorCode::not_finite, "grad-cam: the map of layer \"{}\" has values that are NaN or infinite",
                  reverse->graph().tensor(layer_).name);
    map_ = resize(coarse, task_.image.height, task_.image.width);
    twin_logit_ = scores.values[std::size_t(task_.target)];
    WHYBOX_CHECK(compare());
    finished_ = true;
    return {};
  }

  double progress() const override { return finished_ ? 1 : 0; }
  Heatmap heatmap() const override { return map_; }

  std::vector<Finding> findings() const override {
    return {{"logit", "Logit of the network as it runs", logit_},
            {"twin_logit", "Logit of its float twin, whose gradients these are", twin_logit_},
            {"twin_gap", "How far the two are apart", std::abs(logit_ - twin_logit_)}};
  }

 private:
  /// The gradients are the float twin's: how far it is from the network that is being explained belongs to the answer.
  Result<void> compare() {
    WHYBOX_TRY(const Prediction prediction, task_.network.classifier().predict(task_.image));
    logit_ = prediction.logits[std::size_t(task_.target)];
    return {};
  }

  Task task_;
  TensorId layer_;
  Heatmap map_;
  bool finished_ = false;
  double logit_ = 0;
  double twin_logit_ = 0;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  const std::string& name = task.params.text("layer");
  WHYBOX_TRY(const Layer* layer, task.network.layer(name));
  if (!layer->spatial)
    return fail(ErrorCode::invalid_argument,
                "grad-cam: layer \"{}\" ({}) has shape {}, wanted one with spatial extent, [1, H, W, C] with H W > 1",
                layer->name, layer->op, to_string(layer->shape));
  return std::make_unique<GradCam>(std::move(task), layer->tensor);
}

}  // namespace

const Method& grad_cam_method() {
  static const Method method{
      .id = kId,
      .name = "Grad-CAM",
      .summary = "Weighs a layer's feature maps by how much the class's score answers to each.",
      .reference = "Selvaraju et al. 2017, arXiv:1610.02391",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {{.id = "layer",
                  .label = "Layer",
                  .help = "whose feature maps are weighed; empty: the last one that still has spatial extent",
                  .kind = ParamKind::layer,
                  .default_value = ""}},
      .start = start,
  };
  return method;
}

}  // namespace whybox
