#include <algorithm>
#include <cmath>

#include "explainers/baseline.h"
#include "explainers/cam_layer.h"
#include "explainers/enlargement.h"
#include "explainers/probability_pass.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "meaningful-perturbation";
/// The mask has one value for so many pixels on a side; coarse masks cannot draw the speckles that fool a network (section 4.3).
constexpr int kCell = 8;
/// Learning rate of the authors' published experiments.
constexpr double kLearningRate = 0.1;
/// Adam's constants; Kingma & Ba 2015, arXiv:1412.6980, algorithm 1.
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
/// Keeps the slope of |d|^beta finite at 0 for beta below 2.
constexpr double kFlat = 1e-8;

class Adam {
 public:
  explicit Adam(std::size_t size) : mean_(size), square_(size) {}
  void step(std::span<float> values, std::span<const double> gradient) {
    ++steps_;
    const double correct1 = 1 - std::pow(kBeta1, steps_), correct2 = 1 - std::pow(kBeta2, steps_);
    for (std::size_t i = 0; i < values.size(); ++i) {
      mean_[i] = kBeta1 * mean_[i] + (1 - kBeta1) * gradient[i];
      square_[i] = kBeta2 * square_[i] + (1 - kBeta2) * gradient[i] * gradient[i];
      values[i] -= float(kLearningRate * (mean_[i] / correct1) / (std::sqrt(square_[i] / correct2) + kEpsilon));
    }
  }

 private:
  std::vector<double> mean_, square_;
  int steps_ = 0;
};

/// min_m  l1 mean|1 - m| + l2 mean|grad m|^beta + p^c(m x + (1 - m) x');  Fong & Vedaldi 2017, arXiv:1704.03296, eq. 5, with means in
/// place of sums as in the authors' experiments, so that the weights mean the same for every size of mask.
class MeaningfulPerturbation final : public Explanation {
 public:
  MeaningfulPerturbation(Task task, std::vector<float> baseline)
      : task_(std::move(task)),
        baseline_(std::move(baseline)),
        picture_(task_.network.classifier().encoder().normalize(task_.image)),
        height_(std::max(1, task_.image.height / kCell)),
        width_(std::max(1, task_.image.width / kCell)),
        enlargement_(height_, width_, task_.image.height, task_.image.width),
        mask_(std::size_t(height_) * std::size_t(width_), 1.0f),
        adam_(mask_.size()) {}

  Result<void> step() override {
    const auto large = enlargement_.apply(mask_);
    WHYBOX_TRY(const TwinPass pass, TwinPass::run(task_.network, blend(large)));
    probability_ = probability_of(task_.target, pass.probabilities());
    if (done_ == 0) first_probability_ = probability_;
    WHYBOX_TRY(const auto gradient, pass.logit_gradient(pass.probability_seed(task_.target)));
    WHYBOX_CHECK(check_finite(gradient, kId, std::format("the gradient of step {}", done_)));
    auto slope = mask_gradient(gradient);
    loss_ = probability_ + regularize(slope);
    adam_.step(mask_, slope);
    for (float& value : mask_) value = std::clamp(value, 0.0f, 1.0f);
    ++done_;
    return {};
  }

  double progress() const override { return double(done_) / task_.params.integer("steps"); }

  /// What has been taken away: 1 - m.
  Heatmap heatmap() const override {
    Heatmap map{task_.image.height, task_.image.width, enlargement_.apply(mask_)};
    for (float& value : map.values) value = std::max(0.0f, 1 - value);
    return map;
  }

  std::vector<Finding> findings() const override {
    double taken = 0;
    for (const float value : mask_) taken += 1 - value;
    return {{"probability", "Probability of the whole picture in the twin", first_probability_},
            {"perturbed_probability", "Probability of what is left", probability_},
            {"taken", "Part of the picture taken away", taken / double(mask_.size())},
            {"loss", "Loss", loss_}};
  }

 private:
  std::vector<float> blend(std::span<const float> mask) const {
    std::vector<float> result(picture_.size());
    const std::size_t channels = picture_.size() / mask.size();
    for (std::size_t i = 0; i < result.size(); ++i) {
      const float m = mask[i / channels];
      result[i] = m * picture_[i] + (1 - m) * baseline_[i];
    }
    return result;
  }

  /// dp/dm, of the small mask.
  std::vector<double> mask_gradient(std::span<const float> gradient) const {
    const std::size_t pixels = std::size_t(task_.image.height) * std::size_t(task_.image.width), channels = picture_.size() / pixels;
    std::vector<float> large(pixels);
    for (std::size_t i = 0; i < picture_.size(); ++i) large[i / channels] += gradient[i] * (picture_[i] - baseline_[i]);
    const auto small = enlargement_.transposed(large);
    return {small.begin(), small.end()};
  }

  /// Adds the regularisers' slopes; returns what they cost.
  double regularize(std::vector<double>& slope) const {
    const double n = double(mask_.size()), area = task_.params.real("area"), smoothness = task_.params.real("smoothness");
    double cost = 0;
    for (std::size_t i = 0; i < mask_.size(); ++i) {
      cost += area * (1 - mask_[i]) / n;
      slope[i] -= area / n;
    }
    const auto rough = [&](std::size_t i, std::size_t j) {
      const double beta = task_.params.real("beta"), d = double(mask_[i]) - mask_[j], size = std::abs(d) + kFlat;
      cost += smoothness * std::pow(size, beta) / n;
      const double pull = smoothness * beta * std::pow(size, beta - 1) * (d > 0 ? 1 : d < 0 ? -1 : 0) / n;
      slope[i] += pull;
      slope[j] -= pull;
    };
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        const std::size_t i = std::size_t(y) * std::size_t(width_) + std::size_t(x);
        if (x + 1 < width_) rough(i, i + 1);
        if (y + 1 < height_) rough(i, i + std::size_t(width_));
      }
    return cost;
  }

  Task task_;
  std::vector<float> baseline_, picture_;  // x', x, normalised, [H, W, C]
  int height_, width_;
  Enlargement enlargement_;
  std::vector<float> mask_;  // m, 1: the picture shows
  Adam adam_;
  int done_ = 0;
  double probability_ = 0, first_probability_ = 0, loss_ = 0;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(auto from, baseline(task));
  return std::make_unique<MeaningfulPerturbation>(std::move(task), std::move(from));
}

ParamSpec weight(std::string_view id, std::string_view label, std::string_view help, std::string_view value, double least, double most) {
  return {.id = id, .label = label, .help = help, .kind = ParamKind::real, .default_value = value, .min = least, .max = most};
}

}  // namespace

const Method& meaningful_perturbation_method() {
  ParamSpec instead = baseline_param();
  instead.label = "Perturbed means";
  instead.help = "what shows where the mask takes away: a blur of the picture, black, 0 after normalisation, or random pixels";
  instead.default_value = "blur";
  static const Method method{
      .id = kId,
      .name = "Meaningful perturbation",
      .summary = "Learns the smallest smooth mask that makes the class go away.",
      .reference = "Fong & Vedaldi 2017, arXiv:1704.03296",
      .family = Family::perturbation,
      .map = MapKind::unsigned_map,
      .unit = "part taken away",
      .needs = {.gradients = true, .classes = true},
      .params = {{.id = "steps",
                  .label = "Steps",
                  .help = "of gradient descent (Adam)",
                  .kind = ParamKind::integer,
                  .default_value = "300",
                  .min = 1,
                  .max = 5000},
                 weight("area", "Area weight", "how much taking away costs", "0.01", 0, 100),
                 weight("smoothness", "Smoothness weight", "how much edges of the mask cost", "0.2", 0, 100),
                 weight("beta", "Smoothness exponent", "above 1; higher forgives gentle slopes", "3", 1, 6), instead},
      .start = start,
  };
  return method;
}

}  // namespace whybox
