#include <algorithm>
#include <deque>
#include <numeric>

#include "base/rng.h"
#include "explainers/gradient_sampling.h"
#include "explainers/probe.h"
#include "explainers/sampling.h"
#include "explainers/score_pass.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "expected-gradients";

/// E[(x - x') dy/dx(x' + a (x - x'))] over baselines x' of the probe set and a uniform in [0, 1); Erion et al. 2021,
/// arXiv:1906.10670, eq. 5. Sample 0 is the picture; draw i is sample i + 1.
class ExpectedGradients final : public GradientSampling {
 public:
  explicit ExpectedGradients(Task task)
      : GradientSampling(task, kId, task.params.integer("samples") + 1), sums_(picture().size()) {}

 private:
  Result<std::vector<float>> baseline(int draw) const {
    WHYBOX_TRY(const Image image, probe_picture(task(), draw));
    return task().network.classifier().encoder().normalize(image);
  }

  Result<void> compose(int sample, std::span<float> example) override {
    WHYBOX_TRY(const auto from, baseline(sample - 1));
    const double a = Rng::numbered(task().seed, std::uint64_t(sample) - 1).uniform();
    for (std::size_t i = 0; i < example.size(); ++i) example[i] = float(from[i] + a * (double(picture()[i]) - from[i]));
    differences_.emplace_back(picture().begin(), picture().end());
    std::ranges::transform(differences_.back(), from, differences_.back().begin(), std::minus{});
    return {};
  }

  void absorb(int sample, std::span<const float> gradient, double score) override {
    if (sample == 0) {
      score_ = score;
      return;
    }
    for (std::size_t i = 0; i < gradient.size(); ++i) sums_[i] += double(differences_.front()[i]) * gradient[i];
    differences_.pop_front();
  }

  std::vector<float> attribution() const override {
    std::vector<float> result(sums_.size());
    const double draws = std::max(1, done() - 1);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = float(sums_[i] / draws);
    return result;
  }

  /// The baselines' mean score, against which the attributions add up.
  Result<void> conclude() override {
    for (int draw = 0; draw < done() - 1; ++draw) {
      WHYBOX_TRY(const auto from, baseline(draw));
      WHYBOX_TRY(const ScorePass pass, ScorePass::run(task().network, from, 1, task().target));
      baseline_score_ += pass.scores()[0] / (done() - 1);
    }
    return {};
  }

  std::vector<Finding> own_findings() const override {
    const auto all = attribution();
    const double sum = std::accumulate(all.begin(), all.end(), 0.0);
    return {{"baseline_logit", "Mean score of the baselines in the twin", baseline_score_},
            {"sum", "Sum of the attributions", sum},
            {"completeness_gap", "Sum minus the difference of the two, which falls as draws are added", sum - (score_ - baseline_score_)}};
  }

  std::deque<std::vector<float>> differences_;  // x - x' of the samples that are under way
  std::vector<double> sums_;
  double score_ = 0;
  double baseline_score_ = 0;
};

}  // namespace

const Method& expected_gradients_method() {
  static const Method method{
      .id = kId,
      .name = "Expected gradients",
      .summary = "Integrated gradients averaged over many baselines, each a picture such as the network usually sees.",
      .reference = "Erion et al. 2021, arXiv:1906.10670",
      .family = Family::gradient,
      .map = MapKind::signed_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {{.id = "samples",
                  .label = "Draws",
                  .help = "how many pairs of a baseline and a place on the way from it are drawn",
                  .kind = ParamKind::integer,
                  .default_value = "50",
                  .min = 1,
                  .max = 2000},
                 probe_param(),
                 channels_param("signed-sum")},
      .start = [](Task task) -> Result<std::unique_ptr<Explanation>> {
        WHYBOX_CHECK(check(task, kId));
        return std::make_unique<ExpectedGradients>(std::move(task));
      },
  };
  return method;
}

}  // namespace whybox
