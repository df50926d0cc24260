#include <algorithm>
#include <cmath>

#include "explainers/cam_layer.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "score-cam";

/// Feature map k, enlarged to the picture and stretched to [0, 1]; 0 where it is the same everywhere.
Heatmap mask_of(const Tensor& activation, std::size_t k, const Image& image) {
  const auto channels = std::size_t(activation.shape[3]);
  Heatmap coarse{activation.shape[1], activation.shape[2], {}};
  for (std::size_t i = k; i < activation.values.size(); i += channels) coarse.values.push_back(activation.values[i]);
  Heatmap mask = resize(coarse, image.height, image.width);
  const auto [low, high] = std::ranges::minmax(mask.values);
  for (float& value : mask.values) value = high > low ? (value - low) / (high - low) : 0;
  return mask;
}

/// alpha_k = exp(S_k) / sum_i exp(S_i); Wang et al. 2020, arXiv:1910.01279, algorithm 1.
std::vector<double> softmax(const std::vector<double>& scores) {
  const double top = *std::ranges::max_element(scores);
  std::vector<double> alpha;
  double sum = 0;
  for (const double score : scores) sum += alpha.emplace_back(std::exp(score - top));
  for (double& weight : alpha) weight /= sum;
  return alpha;
}

/// ReLU(sum_k alpha_k A^k), where S_k is the logit of the picture seen through feature map k. The paper subtracts a
/// baseline's logit from every S_k, which the softmax cancels.
class ScoreCam final : public Explanation {
 public:
  ScoreCam(Task task, const Layer& layer)
      : task_(std::move(task)),
        layer_(layer),
        picture_(task_.network.classifier().encoder().normalize(task_.image)),
        map_(blank_map(task_.image)) {}

  Result<void> step() override {
    if (activation_.values.empty()) WHYBOX_CHECK(look());
    WHYBOX_TRY(const Reverse* reverse, task_.network.reverse());
    const std::size_t count = std::min(std::size_t(reverse_batch(reverse->graph())), channels() - scores_.size());
    std::vector<float> inputs;
    for (std::size_t i = 0; i < count; ++i) append_masked(scores_.size() + i, inputs);
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, inputs, int(count), task_.target));
    WHYBOX_CHECK(check_finite(pass.scores(), kId, "the logit of a masked picture"));
    scores_.insert(scores_.end(), pass.scores().begin(), pass.scores().end());
    auto weights = softmax(scores_);
    weights.resize(channels());
    map_ = resize(weighted_sum(activation_, weights), task_.image.height, task_.image.width);
    return {};
  }

  double progress() const override { return scores_.empty() ? 0 : double(scores_.size()) / double(channels()); }
  Heatmap heatmap() const override { return map_; }
  std::vector<Finding> findings() const override { return findings_; }

 private:
  std::size_t channels() const { return std::size_t(activation_.shape[3]); }

  /// The feature maps of the whole picture.
  Result<void> look() {
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, picture_, 1, task_.target));
    WHYBOX_TRY(findings_, twin_findings(task_, pass.scores()[0]));
    WHYBOX_TRY(Tensor activation, pass.activation(layer_.tensor));
    WHYBOX_CHECK(check_finite(activation.values, kId, std::format("layer \"{}\"", layer_.name)));
    activation_ = std::move(activation);
    return {};
  }

  void append_masked(std::size_t k, std::vector<float>& inputs) const {
    const Heatmap mask = mask_of(activation_, k, task_.image);
    const std::size_t depth = picture_.size() / mask.values.size();
    for (std::size_t i = 0; i < picture_.size(); ++i) inputs.push_back(picture_[i] * mask.values[i / depth]);
  }

  Task task_;
  Layer layer_;
  std::vector<float> picture_;  // normalised, [H, W, C]
  Tensor activation_;           // [1, u, v, K]
  std::vector<double> scores_;  // S_k so far
  Heatmap map_;
  std::vector<Finding> findings_;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(const Layer* layer, cam_layer(task, kId));
  return std::make_unique<ScoreCam>(std::move(task), *layer);
}

}  // namespace

const Method& score_cam_method() {
  static const Method method{
      .id = kId,
      .name = "Score-CAM",
      .summary = "Shows the network the picture through each feature map and weighs the maps by its answers.",
      .reference = "Wang et al. 2020, arXiv:1910.01279",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "activation",
      .needs = {.gradients = true},
      .params = {cam_layer_param()},
      .start = start,
  };
  return method;
}

}  // namespace whybox
