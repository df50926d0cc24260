#include "explainers/cam_layer.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "layer-cam";

/// ReLU(sum_k ReLU(g^k) . A^k); Jiang et al. 2021, doi:10.1109/TIP.2021.3089943, eqs. 5 to 7.
Heatmap formula(const LayerSlope& slope) {
  return weighted_sum(slope, [](double g) { return g < 0 ? 0 : g; });
}

}  // namespace

const Method& layer_cam_method() {
  static const Method method{
      .id = kId,
      .name = "LayerCAM",
      .summary = "Weighs each place of a feature map by its own gradient where that is positive; good on early, fine layers.",
      .reference = "Jiang et al. 2021, doi:10.1109/TIP.2021.3089943",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {cam_layer_param()},
      .start = [](Task task) { return start_cam(std::move(task), kId, formula); },
  };
  return method;
}

}  // namespace whybox
