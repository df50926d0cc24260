// Methods that take a statistic of gradients at noisy copies of the picture.
#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "explainers/gradient_sampling.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

enum class Statistic {
  mean,         ///< (1/n) sum_i g_i; Smilkov et al. 2017, arXiv:1706.03825, section 3
  mean_square,  ///< (1/n) sum_i g_i^2; Hooker et al. 2019, arXiv:1806.10758, section 4.1
  variance,     ///< (1/n) sum_i (g_i - mean)^2; Adebayo et al. 2018, arXiv:1810.03292, appendix
};

/// sigma = level (max x - min x), over the normalised picture.
float noise_deviation(std::span<const float> picture, float level) {
  const auto [low, high] = std::ranges::minmax(picture);
  return level * (high - low);
}

/// Sample i >= 1 is x + N(0, sigma^2), from a generator of its own; sample 0, the picture, tells the twin's score only.
class NoisyGradients final : public GradientSampling {
 public:
  NoisyGradients(Task task, std::string_view method, Statistic statistic)
      : GradientSampling(task, method, task.params.integer("samples") + 1),
        statistic_(statistic),
        deviation_(noise_deviation(picture(), task.params.real("level"))),
        mean_(picture().size()),
        squares_(picture().size()) {}

 private:
  Result<void> compose(int sample, std::span<float> example) override {
    Rng rng = Rng::numbered(task().seed, std::uint64_t(sample) - 1);
    rng.normal(example);
    for (std::size_t i = 0; i < example.size(); ++i) example[i] = picture()[i] + deviation_ * example[i];
    return {};
  }

  /// Welford's recurrence (1962): equal gradients leave a variance of exactly 0.
  void absorb(int sample, std::span<const float> gradient, double) override {
    if (sample == 0) return;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const double before = gradient[i] - mean_[i];
      mean_[i] += before / sample;
      squares_[i] += before * (gradient[i] - mean_[i]);
    }
  }

  std::vector<float> attribution() const override {
    std::vector<float> result(mean_.size());
    const double count = std::max(1, done() - 1);
    for (std::size_t i = 0; i < result.size(); ++i) {
      const double variance = squares_[i] / count;
      result[i] = float(statistic_ == Statistic::mean       ? mean_[i]
                        : statistic_ == Statistic::variance ? variance
                                                            : variance + mean_[i] * mean_[i]);
    }
    return result;
  }

  std::vector<Finding> own_findings() const override {
    return {{"deviation", "Standard deviation of the noise, normalised input", deviation_},
            {"samples", "Noisy copies", double(std::max(0, done() - 1))}};
  }

  Statistic statistic_;
  float deviation_;
  std::vector<double> mean_;     // of the gradients so far
  std::vector<double> squares_;  // sum of squared distances from it
};

Result<std::unique_ptr<Explanation>> start(Task task, std::string_view id, Statistic statistic) {
  WHYBOX_CHECK(check(task, id));
  return std::make_unique<NoisyGradients>(std::move(task), id, statistic);
}

std::vector<ParamSpec> params(bool keeps_signs) {
  return {{.id = "samples",
           .label = "Noisy copies",
           .help = "n: gradients of how many noisy copies of the picture are taken together",
           .kind = ParamKind::integer,
           .default_value = "50",
           .min = 1,
           .max = 10000},
          {.id = "level",
           .label = "Noise",
           .help = "standard deviation of the noise, as a part of the picture's range of values",
           .kind = ParamKind::real,
           .default_value = "0.15",
           .min = 0,
           .max = 1},
          channels_param("max-abs", keeps_signs)};
}

}  // namespace

const Method& smoothgrad_method() {
  static const Method method{
      .id = "smoothgrad",
      .name = "SmoothGrad",
      .summary = "Averages the gradients at noisy copies of the picture, so that their flicker cancels.",
      .reference = "Smilkov et al. 2017, arXiv:1706.03825",
      .family = Family::gradient,
      .map = MapKind::unsigned_map,
      .unit = "logit per unit of normalised input",
      .needs = {.gradients = true},
      .params = params(true),
      .start = [](Task task) { return start(std::move(task), "smoothgrad", Statistic::mean); },
  };
  return method;
}

const Method& smoothgrad_squared_method() {
  static const Method method{
      .id = "smoothgrad-squared",
      .name = "SmoothGrad squared",
      .summary = "Averages the squares of the gradients at noisy copies, so that opposite signs do not cancel.",
      .reference = "Hooker et al. 2019, arXiv:1806.10758",
      .family = Family::gradient,
      .map = MapKind::unsigned_map,
      .unit = "(logit per unit of normalised input)²",
      .needs = {.gradients = true},
      .params = params(false),
      .start = [](Task task) { return start(std::move(task), "smoothgrad-squared", Statistic::mean_square); },
  };
  return method;
}

const Method& vargrad_method() {
  static const Method method{
      .id = "vargrad",
      .name = "VarGrad",
      .summary = "Shows where the gradient changes most from one noisy copy of the picture to the next.",
      .reference = "Adebayo et al. 2018, arXiv:1810.03292",
      .family = Family::gradient,
      .map = MapKind::unsigned_map,
      .unit = "(logit per unit of normalised input)²",
      .needs = {.gradients = true},
      .params = params(false),
      .start = [](Task task) { return start(std::move(task), "vargrad", Statistic::variance); },
  };
  return method;
}

}  // namespace whybox
