#include "explainers/superpixel_game.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "explainers/compose.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

class SuperpixelGame final : public SamplingExplanation {
 public:
  SuperpixelGame(Task task, std::string_view method, Segmentation segmentation, Image fill, std::unique_ptr<GameEstimator> estimator)
      : SamplingExplanation(std::move(task), method, estimator->evaluations(),
                            estimator->walks() ? Pictures::alike : Pictures::unrelated),
        estimator_(std::move(estimator)),
        mixture_(encoder(), this->task().image, fill),
        on_(std::size_t(segmentation.count)) {
    if (estimator_->first_look() > 0) rule_.emplace(this->task().params, estimator_->first_look(), samples());
    mixture_.cut(segmentation);
    findings_ = {.segmentation = std::move(segmentation), .fill = std::move(fill), .weights = std::vector<float>(on_.size())};
    if (!estimator_->walks()) made_of(findings_.segmentation, on_);
  }

  Heatmap heatmap() const override { return painted(findings_.segmentation, findings_.weights); }
  const SuperpixelFindings* superpixels() const override { return &findings_; }

  std::vector<Finding> findings() const override {
    const double sum = std::accumulate(findings_.weights.begin(), findings_.weights.end(), 0.0);
    std::vector<Finding> all{{"probability", "Probability of the whole picture", all_},
                             {"empty_probability", "Probability with every superpixel off", none_},
                             {"sum", "Sum of the contributions", sum},
                             {"efficiency_gap", "Sum minus the difference of the two, 0 but for rounding", sum - (all_ - none_)},
                             {"samples", "Samples", double(done())}};
    if (findings_.errors.empty()) return all;
    all.push_back({"largest_error", "Largest standard error of a contribution", *std::ranges::max_element(findings_.errors)});
    all.push_back({"stable_places", "First places that are stable at 95 %", double(stable_places_)});
    return all;
  }

 private:
  void compose(int sample, std::span<std::byte> example) override {
    estimator_->coalition(sample, on_);
    mixture_.coalition(on_, example);
  }

  void absorb(int sample, float probability) override {
    if (sample == 0) all_ = probability;
    if (sample == 1) none_ = probability;
    estimator_->absorb(sample, probability);
  }

  bool enough() override {
    if (!rule_ || !rule_->due(done())) return false;
    const auto uncertainty = estimator_->uncertainty();
    if (!uncertainty) return false;
    const auto errors = standard_errors(*uncertainty), phi = estimator_->contributions();
    findings_.errors.assign(errors.begin(), errors.end());
    stable_places_ = rule_->stable_places(phi, *uncertainty);
    return rule_->settled(phi, *uncertainty);
  }

  void refine() override {
    if (done() < 2) return;
    const auto phi = estimator_->contributions();
    findings_.weights.assign(phi.begin(), phi.end());
    findings_.intercept = none_;
  }

  std::unique_ptr<GameEstimator> estimator_;
  std::optional<StopRule> rule_;  // of estimators that draw
  int stable_places_ = 0;
  Mixture mixture_;
  SuperpixelFindings findings_;
  std::vector<std::uint8_t> on_;
  double all_ = 0, none_ = 0;
};

/// What the method's own description allows.
Result<int> most_superpixels(std::string_view id) {
  WHYBOX_TRY(const Method* method, find_method(id));
  return int(std::ranges::find(method->params, "superpixels", &ParamSpec::id)->max);
}

}  // namespace

Heatmap painted(const Segmentation& segmentation, std::span<const float> weights) {
  Heatmap map{segmentation.height, segmentation.width, {}};
  for (const auto label : segmentation.labels) map.values.push_back(weights[std::size_t(label)]);
  return map;
}

Result<Segmentation> cut(const Task& task, int most) {
  return segment(task.image, task.params, most, task.segmentation ? &*task.segmentation : nullptr);
}

ParamSpec coalitions_param(std::string_view default_value) {
  return {.id = "samples",
          .label = "Samples",
          .help = "how many pictures with some superpixels off the network is shown; more is steadier",
          .kind = ParamKind::integer,
          .default_value = default_value,
          .min = 2,
          .max = 100000};
}

std::vector<ParamSpec> superpixel_game_params(std::vector<ParamSpec> own, std::string_view count, int most) {
  for (ParamSpec& spec : fill_params()) own.push_back(std::move(spec));
  for (ParamSpec& spec : segmentation_params(count, most)) own.push_back(std::move(spec));
  return own;
}

Result<std::unique_ptr<Explanation>> start_superpixel_game(Task task, std::string_view method, const MakeEstimator& make) {
  WHYBOX_CHECK(check(task, method));
  WHYBOX_TRY(const int most, most_superpixels(method));
  WHYBOX_TRY(auto segmentation, cut(task, most));
  WHYBOX_TRY(auto fill, fill_image(task.image, segmentation, task.params));
  auto estimator = make(task, segmentation);
  return std::make_unique<SuperpixelGame>(std::move(task), method, std::move(segmentation), std::move(fill), std::move(estimator));
}

}  // namespace whybox
