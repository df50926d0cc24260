#include <algorithm>

#include "explainers/cam_layer.h"
#include "explainers/channels.h"
#include "explainers/one_step.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "guided-grad-cam";

/// Grad-CAM, enlarged, times guided backpropagation; Selvaraju et al. 2017, arXiv:1610.02391, section 3.3. Two backward
/// passes from one forward pass.
class GuidedGradCam final : public OneStep {
 public:
  GuidedGradCam(Task task, const Layer& layer)
      : OneStep(std::move(task)), layer_(layer) {}

  std::optional<MapKind> map_kind() const override { return whybox::map_kind(channel_view(task_.params)); }

 private:
  Result<void> compute() override {
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, picture(), 1, task_.target));
    WHYBOX_TRY(const Tensor activation, pass.activation(layer_.tensor));
    WHYBOX_TRY(const Tensor gradient, pass.gradient(layer_.tensor));
    WHYBOX_TRY(const Tensor guided, pass.gradient(pass.graph().input, ReluRule::guided));
    const Heatmap coarse = resize(weighted_sum(activation, grad_cam_weights(gradient)), map_.height, map_.width);
    Heatmap product = collapse(guided.values, map_.height, map_.width, channel_view(task_.params));
    std::ranges::transform(product.values, coarse.values, product.values.begin(), std::multiplies{});
    WHYBOX_CHECK(check_finite(product.values, kId, "the map"));
    WHYBOX_TRY(findings_, twin_findings(task_, pass.scores()[0]));
    map_ = std::move(product);
    return {};
  }

  Layer layer_;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(const Layer* layer, cam_layer(task, kId));
  return std::make_unique<GuidedGradCam>(std::move(task), *layer);
}

}  // namespace

const Method& guided_grad_cam_method() {
  static const Method method{
      .id = kId,
      .name = "Guided Grad-CAM",
      .summary = "Fine lines of guided backpropagation, shown only where Grad-CAM sees the class.",
      .reference = "Selvaraju et al. 2017, arXiv:1610.02391",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "logit² per unit of normalised input",
      .needs = {.gradients = true},
      .params = {cam_layer_param(), channels_param("max-abs")},
      .start = start,
  };
  return method;
}

}  // namespace whybox
