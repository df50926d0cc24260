#include <algorithm>
#include <cstring>

#include "explainers/cam_layer.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "ablation-cam";
/// Batches of one step: only what follows the layer runs, which is a small part of a forward pass.
constexpr std::size_t kBatchesPerStep = 8;

/// ReLU(sum_k w_k A^k), w_k = y^c - y^c with feature map k set to 0; Desai & Ramaswamy 2020,
/// doi:10.1109/WACV45572.2020.9093360. Deviation: the paper divides all weights by y^c, which would turn the map round where
/// the logit is negative.
/// It has an engine of its own, so that the activations before the layer are computed once and stay.
class AblationCam final : public Explanation {
 public:
  AblationCam(Task task, const Layer& layer, Engine engine)
      : task_(std::move(task)), layer_(layer), engine_(std::move(engine)), map_(blank_map(task_.image)) {}

  Result<void> step() override {
    if (activation_.values.empty()) WHYBOX_CHECK(look());
    for (std::size_t batch = 0; batch < kBatchesPerStep && done_ < weights_.size(); ++batch) WHYBOX_CHECK(ablate());
    const Heatmap coarse = weighted_sum(activation_, weights_);
    WHYBOX_CHECK(check_finite(coarse.values, kId, std::format("the map of layer \"{}\"", layer_.name)));
    map_ = resize(coarse, task_.image.height, task_.image.width);
    return {};
  }

  double progress() const override { return done_ == 0 ? 0 : double(done_) / double(weights_.size()); }
  Heatmap heatmap() const override { return map_; }
  std::vector<Finding> findings() const override { return findings_; }

 private:
  /// y of example i of the last run.
  Result<double> score(std::size_t i) const {
    WHYBOX_TRY(const Score place, task_.network.score(task_.target));
    WHYBOX_TRY(const Tensor answer, engine_.read(place.tensor));
    const std::size_t elements = answer.values.size() / std::size_t(engine_.batch());
    return place.of(std::span(answer.values).subspan(i * elements, elements));
  }

  /// Runs a batch of the picture whole, and keeps the layer.
  Result<void> look() {
    const auto picture = task_.network.classifier().encoder().normalize(task_.image);
    WHYBOX_CHECK(engine_.plan(reverse_batch(engine_.graph()), {.everything = true}));
    for (int i = 0; i < engine_.batch(); ++i)
      std::memcpy(engine_.input(i).data(), picture.data(), picture.size() * sizeof(float));
    WHYBOX_CHECK(engine_.run());
    WHYBOX_TRY(score_, score(0));
    WHYBOX_TRY(findings_, twin_findings(task_, score_));
    WHYBOX_TRY(Tensor batch, engine_.read(layer_.tensor));
    batch.values.resize(batch.values.size() / std::size_t(engine_.batch()));
    batch.shape[0] = 1;
    weights_.resize(std::size_t(batch.shape[3]));
    activation_ = std::move(batch);
    return {};
  }

  /// The next feature maps, one per example; examples left over in the last batch keep all of theirs.
  Result<void> ablate() {
    const std::size_t count = std::min(std::size_t(engine_.batch()), weights_.size() - done_);
    std::vector<float> values;
    for (int i = 0; i < engine_.batch(); ++i)
      values.insert(values.end(), activation_.values.begin(), activation_.values.end());
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t at = done_ + i; at < activation_.values.size(); at += weights_.size())
        values[i * activation_.values.size() + at] = 0;
    WHYBOX_CHECK(engine_.run_after(layer_.tensor, values));
    for (std::size_t i = 0; i < count; ++i) {
      WHYBOX_TRY(const double without, score(i));
      weights_[done_ + i] = score_ - without;
    }
    done_ += count;
    return {};
  }

  Task task_;
  Layer layer_;
  Engine engine_;               // of the float twin
  Tensor activation_;           // A, [1, u, v, K]
  std::vector<double> weights_;  // w, [K]; 0 for those to come
  std::size_t done_ = 0;
  double score_ = 0;
  Heatmap map_;
  std::vector<Finding> findings_;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(const Layer* layer, cam_layer(task, kId));
  WHYBOX_TRY(const Reverse* reverse, task.network.reverse());
  // A copy, which shares the weights' memory with the twin it is taken from.
  auto twin = std::make_shared<const Graph>(reverse->graph());
  WHYBOX_TRY(auto engine, Engine::create(std::move(twin), task.network.classifier().engine().threads()));
  return std::make_unique<AblationCam>(std::move(task), *layer, std::move(engine));
}

}  // namespace

const Method& ablation_cam_method() {
  static const Method method{
      .id = kId,
      .name = "Ablation-CAM",
      .summary = "Switches each feature map off and weighs it by how far the class's score falls.",
      .reference = "Desai & Ramaswamy 2020, doi:10.1109/WACV45572.2020.9093360",
      .family = Family::class_activation,
      .map = MapKind::unsigned_map,
      .unit = "logit × activation",
      .needs = {.gradients = true},
      .params = {cam_layer_param()},
      .start = start,
  };
  return method;
}

}  // namespace whybox
