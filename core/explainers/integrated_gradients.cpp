#include <numeric>

#include "explainers/baseline.h"
#include "explainers/gradient_sampling.h"
#include "explainers/quadrature.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "integrated-gradients";

/// The nodes in an order that visits the whole path early: steps of about the golden section of n, without common divisor,
/// so that an unfinished sum already is an estimate of the whole.
std::vector<QuadratureNode> scattered(const std::vector<QuadratureNode>& nodes) {
  const std::size_t n = nodes.size();
  std::size_t stride = std::max<std::size_t>(1, std::size_t(0.618 * double(n)));
  while (std::gcd(stride, n) != 1) ++stride;
  std::vector<QuadratureNode> result;
  for (std::size_t i = 0, at = n / 2; i < n; ++i, at = (at + stride) % n) result.push_back(nodes[at]);
  return result;
}

/// Sample 0 is the picture x, sample 1 the baseline x'; sample i >= 2 lies between them at node i - 2.
class IntegratedGradients final : public GradientSampling {
 public:
  IntegratedGradients(Task task, std::vector<float> baseline)
      : GradientSampling(task, kId, task.params.integer("steps") + 2),
        baseline_(std::move(baseline)),
        nodes_(scattered(gauss_legendre(task.params.integer("steps")))),
        sums_(picture().size()) {}

 private:
  Result<void> compose(int sample, std::span<float> example) override {
    const double a = sample == 1 ? 0 : nodes_[std::size_t(sample) - 2].position;
    for (std::size_t i = 0; i < example.size(); ++i)
      example[i] = float(baseline_[i] + a * (double(picture()[i]) - baseline_[i]));
    return {};
  }

  void absorb(int sample, std::span<const float> gradient, double score) override {
    if (sample == 0) score_ = score;
    if (sample == 1) baseline_score_ = score;
    if (sample < 2) return;
    const double weight = nodes_[std::size_t(sample) - 2].weight;
    weight_ += weight;
    for (std::size_t i = 0; i < gradient.size(); ++i) sums_[i] += weight * gradient[i];
  }

  /// (x - x') sum_i w_i dy/dx(x' + a_i (x - x')); Sundararajan et al. 2017, arXiv:1703.01365, eq. 1 and 3.
  std::vector<float> attribution() const override {
    std::vector<float> result(sums_.size());
    if (weight_ > 0)
      for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = float((double(picture()[i]) - baseline_[i]) * sums_[i] / weight_);
    return result;
  }

  std::vector<Finding> own_findings() const override {
    const auto all = attribution();
    const double sum = std::accumulate(all.begin(), all.end(), 0.0);
    return {{"baseline_logit", "Twin's logit of the baseline", baseline_score_},
            {"sum", "Sum of the attributions", sum},
            {"completeness_gap", "Sum minus the difference of the two logits, 0 if the integral were exact",
             sum - (score_ - baseline_score_)}};
  }

  std::vector<float> baseline_;
  std::vector<QuadratureNode> nodes_;
  std::vector<double> sums_;  // sum_i w_i dy/dx at node i
  double weight_ = 0;         // sum_i w_i so far
  double score_ = 0;
  double baseline_score_ = 0;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(auto from, baseline(task));
  return std::make_unique<IntegratedGradients>(std::move(task), std::move(from));
}

}  // namespace

const Method& integrated_gradients_method() {
  static const Method method{
      .id = kId,
      .name = "Integrated gradients",
      .summary = "Adds up the gradients on the way from a picture of nothing; the shares sum to the change of the score.",
      .reference = "Sundararajan, Taly & Yan 2017, arXiv:1703.01365",
      .family = Family::gradient,
      .map = MapKind::signed_map,
      .unit = "logit",
      .needs = {.gradients = true},
      .params = {{.id = "steps",
                  .label = "Steps",
                  .help = "at how many places between baseline and picture the gradient is taken (Gauss-Legendre)",
                  .kind = ParamKind::integer,
                  .default_value = "50",
                  .min = 1,
                  .max = 1000},
                 baseline_param(),
                 channels_param("signed-sum")},
      .start = start,
  };
  return method;
}

}  // namespace whybox
