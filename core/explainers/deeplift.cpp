#include <algorithm>
#include <numeric>

#include "decomposition/multipliers.h"
#include "explainers/baseline.h"
#include "explainers/channels.h"
#include "explainers/one_step.h"
#include "explainers/sampling.h"
#include "explainers/score_pass.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "deeplift";

/// (x - x') m, with the multipliers m of one pass over picture x and baseline x' together; Shrikumar et al. 2017,
/// arXiv:1704.02685, eq. 2 and 3.
class DeepLift final : public OneStep {
 public:
  DeepLift(Task task, std::vector<float> baseline)
      : OneStep(std::move(task)), baseline_(std::move(baseline)), view_(channel_view(task_.params)) {}

  std::optional<MapKind> map_kind() const override { return whybox::map_kind(view_); }

 private:
  Result<void> compute() override {
    const auto x = picture();
    std::vector<float> pair = x;
    pair.insert(pair.end(), baseline_.begin(), baseline_.end());
    WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, pair, 2, task_.target, Reverse::Keep::everything));
    WHYBOX_TRY(Tensor attribution, multipliers(pass.reverse(), pass.from(), pass.seed(), pass.graph().input));
    for (std::size_t i = 0; i < x.size(); ++i) attribution.values[i] *= x[i] - baseline_[i];
    WHYBOX_CHECK(check_finite(attribution.values, kId, "the attribution of the picture"));
    WHYBOX_TRY(findings_, twin_findings(task_, pass.scores()[0]));
    note_completeness(pass.scores()[0], pass.scores()[1], attribution.values);
    map_ = collapse(attribution.values, map_.height, map_.width, view_);
    return {};
  }

  void note_completeness(double score, double baseline_score, std::span<const float> attribution) {
    const double sum = std::accumulate(attribution.begin(), attribution.end(), 0.0);
    findings_.push_back({"baseline_logit", "Score of the baseline in the twin", baseline_score});
    findings_.push_back({"sum", "Sum of the attributions", sum});
    findings_.push_back({"completeness_gap", "Sum minus the difference of the two scores, 0 but for rounding",
                         sum - (score - baseline_score)});
  }

  std::vector<float> baseline_;
  ChannelView view_;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(auto from, baseline(task));
  return std::make_unique<DeepLift>(std::move(task), std::move(from));
}

}  // namespace

const Method& deeplift_method() {
  static const Method method{
      .id = kId,
      .name = "DeepLIFT",
      .summary = "Compares every unit with what it does for a picture of nothing, and hands the difference down.",
      .reference = "Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685",
      .family = Family::gradient,
      .map = MapKind::signed_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {baseline_param(), channels_param("signed-sum")},
      .start = start,
  };
  return method;
}

}  // namespace whybox
