#include "explainers/cam_layer.h"

#include <algorithm>

#include "explainers/one_step.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

/// std::max would turn NaN into 0 and hide it.
float rectified(double value) { return value < 0 ? 0.0f : float(value); }

class LayerCam final : public OneStep {
 public:
  LayerCam(Task task, std::string_view method, const Layer& layer, CamFormula formula)
      : OneStep(std::move(task)), method_(method), layer_(layer), formula_(formula) {}

 private:
  Result<void> compute() override {
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, picture(), 1, task_.target));
    WHYBOX_TRY(Tensor activation, pass.activation(layer_.tensor));
    WHYBOX_TRY(Tensor gradient, pass.gradient(layer_.tensor));
    const Heatmap coarse = formula_({std::move(activation), std::move(gradient)});
    WHYBOX_CHECK(check_finite(coarse.values, method_, std::format("the map of layer \"{}\"", layer_.name)));
    WHYBOX_TRY(findings_, twin_findings(task_, pass.scores()[0]));
    map_ = resize(coarse, task_.image.height, task_.image.width);
    return {};
  }


  std::string_view method_;
  Layer layer_;
  CamFormula formula_;
};

}  // namespace

Heatmap blank_map(const Image& image) {
  return {image.height, image.width, std::vector<float>(std::size_t(image.height) * image.width)};
}

ParamSpec cam_layer_param() {
  return {.id = "layer",
          .label = "Layer",
          .help = "whose feature maps are weighed; empty: the last with spatial extent before what is explained",
          .kind = ParamKind::layer,
          .default_value = ""};
}

Result<const Layer*> cam_layer(const Task& task, std::string_view method) {
  const std::string& name = task.params.text("layer");
  if (name.empty()) return task.network.default_layer(task.target);
  WHYBOX_TRY(const Layer* layer, task.network.layer(name));
  if (!layer->spatial)
    return fail(ErrorCode::invalid_argument,
                "{}: layer \"{}\" ({}) has shape {}, wanted one with spatial extent, [1, H, W, C] with H W > 1", method,
                layer->name, layer->op, to_string(layer->shape));
  const auto before = task.network.spatial_layers(task.target);
  if (std::ranges::find(before, layer) == before.end())
    return fail(ErrorCode::invalid_argument, "{}: layer \"{}\" does not lead to the unit of layer \"{}\"", method, layer->name,
                task.target.unit->layer);
  return layer;
}

Heatmap weighted_sum(const Tensor& activation, std::span<const double> weights) {
  Heatmap map{activation.shape[1], activation.shape[2], {}};
  for (std::size_t first = 0; first < activation.values.size(); first += weights.size()) {
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * activation.values[first + k];
    map.values.push_back(rectified(sum));
  }
  return map;
}

Heatmap weighted_sum(const LayerSlope& slope, double (*weight)(double g)) {
  Heatmap map{slope.activation.shape[1], slope.activation.shape[2], {}};
  for (std::size_t i = 0; i < slope.positions(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < slope.channels(); ++k) sum += weight(slope.g(i, k)) * slope.a(i, k);
    map.values.push_back(rectified(sum));
  }
  return map;
}

std::vector<double> grad_cam_weights(const Tensor& gradient) {
  std::vector<double> alpha(std::size_t(gradient.shape[3]));
  const std::size_t positions = gradient.values.size() / alpha.size();
  for (std::size_t i = 0; i < gradient.values.size(); ++i) alpha[i % alpha.size()] += gradient.values[i];
  for (double& weight : alpha) weight /= double(positions);
  return alpha;
}

Result<std::unique_ptr<Explanation>> start_cam(Task task, std::string_view method, CamFormula formula) {
  WHYBOX_CHECK(check(task, method));
  WHYBOX_TRY(const Layer* layer, cam_layer(task, method));
  return std::make_unique<LayerCam>(std::move(task), method, *layer, formula);
}

}  // namespace whybox
