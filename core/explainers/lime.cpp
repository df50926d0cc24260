#include <algorithm>
#include <cmath>

#include "explainers/coalition.h"
#include "explainers/compose.h"
#include "explainers/ridge.h"
#include "explainers/sampling.h"
#include "explainers/stop_rule.h"
#include "explainers/superpixel_game.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "lime";

/// How much a sample at distance d counts: sqrt(exp(-d^2 / width^2)).
/// Deviation from Ribeiro et al. 2016, section 3.4, which has no root: their published code does, and we follow the code, so
/// that the same samples give the same weights.
double locality(double distance, double width) { return std::sqrt(std::exp(-distance * distance / (width * width))); }

/// Errors of weights mean little before there are some samples for each, and a few more.
constexpr int kSamplesPerSuperpixel = 3, kFewest = 30;

class Lime final : public SamplingExplanation {
 public:
  Lime(Task task, Segmentation segmentation, Image fill)
      : SamplingExplanation(task, kId, task.params.integer("samples")),
        width_(this->task().params.real("width")),
        alpha_(this->task().params.real("alpha")),
        mixture_(encoder(), this->task().image, fill),
        ridge_(segmentation.count),
        rule_(this->task().params, kSamplesPerSuperpixel * segmentation.count + kFewest, samples()),
        on_(static_cast<std::size_t>(segmentation.count)) {
    mixture_.cut(segmentation);
    findings_ = {.segmentation = std::move(segmentation), .fill = std::move(fill), .weights = std::vector<float>(on_.size())};
    made_of(findings_.segmentation, on_);
  }

  Heatmap heatmap() const override { return painted(findings_.segmentation, findings_.weights); }

  std::vector<Finding> findings() const override {
    double sum = surrogate_.intercept;
    for (const double weight : surrogate_.weights) sum += weight;
    std::vector<Finding> all{
            {"r2", "R² of the surrogate", surrogate_.r2},
            {"intercept", "Intercept", surrogate_.intercept},
            {"surrogate_probability", "Surrogate's probability of the whole picture", sum},
            {"probability", "Network's probability of the whole picture", probability_},
            {"samples", "Samples", double(done())}};
    if (findings_.errors.empty()) return all;
    all.push_back({"left_out_r2", "R² of samples left out of its fit", check_.left_out_r2});
    all.push_back({"surrogate_error", "Surrogate's error near the picture", check_.error});
    all.push_back({"largest_error", "Largest standard error of a weight", *std::ranges::max_element(findings_.errors)});
    all.push_back({"stable_places", "First places that are stable at 95 %", double(stable_places_)});
    return all;
  }

  const SuperpixelFindings* superpixels() const override { return &findings_; }

 private:
  void compose(int sample, std::span<std::byte> example) override {
    draw_coalition(task().seed, sample, on_);
    mixture_.coalition(on_, example);
  }

  void absorb(int sample, float probability) override {
    if (sample == 0) probability_ = probability;
    draw_coalition(task().seed, sample, on_);
    ridge_.add(on_, probability, locality(cosine_distance_to_all(on_), width_));
    answers_.push_back(probability);
  }

  bool enough() override {
    if (!rule_.due(done())) return false;
    surrogate_ = ridge_.solve(alpha_);
    check_ = ridge_.check(alpha_, [this](int sample, std::span<std::uint8_t> on) {
      draw_coalition(task().seed, sample, on);
      return CoalitionRidge::Sample{answers_[std::size_t(sample)], locality(cosine_distance_to_all(on), width_)};
    });
    const auto errors = standard_errors(check_.uncertainty);
    findings_.errors.assign(errors.begin(), errors.end());
    stable_places_ = rule_.stable_places(surrogate_.weights, check_.uncertainty);
    return rule_.settled(surrogate_.weights, check_.uncertainty);
  }

  void refine() override {
    surrogate_ = ridge_.solve(alpha_);
    findings_.weights.assign(surrogate_.weights.begin(), surrogate_.weights.end());
    findings_.intercept = surrogate_.intercept;
  }

  double width_, alpha_;
  Mixture mixture_;
  CoalitionRidge ridge_;
  StopRule rule_;
  Surrogate surrogate_;
  SurrogateCheck check_;
  int stable_places_ = 0;
  std::vector<float> answers_;  // by sample
  SuperpixelFindings findings_;
  std::vector<std::uint8_t> on_;
  double probability_ = 0;
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(auto segmentation, cut(task));
  WHYBOX_TRY(auto fill, fill_image(task.image, segmentation, task.params));
  return std::make_unique<Lime>(std::move(task), std::move(segmentation), std::move(fill));
}

std::vector<ParamSpec> params() {
  std::vector<ParamSpec> specs{
      {.id = "samples",
       .label = "Samples",
       .help = "how many pictures with some superpixels off the network is shown; more is steadier",
       .kind = ParamKind::integer,
       .default_value = "1000",
       .min = 1,
       .max = 100000},
      {.id = "width",
       .label = "Kernel width",
       .help = "how far from the whole picture a sample may be and still count, in cosine distance",
       .kind = ParamKind::real,
       .default_value = "0.25",
       .min = 0.01,
       .max = 100},
      {.id = "alpha",
       .label = "Ridge penalty",
       .help = "pulls the weights towards zero; higher is calmer and more biased",
       .kind = ParamKind::real,
       .default_value = "1",
       .min = 1e-6,
       .max = 1e6},
  };
  for (ParamSpec& spec : stop_params()) specs.push_back(std::move(spec));
  return superpixel_game_params(std::move(specs));
}

}  // namespace

const Method& lime_method() {
  static const Method method{
      .id = kId,
      .name = "LIME",
      .summary = "Switches superpixels off at random and fits a linear model to the network's answers.",
      .reference = "Ribeiro, Singh & Guestrin 2016, arXiv:1602.04938",
      .family = Family::surrogate,
      .map = MapKind::signed_map,
      .unit = "probability",
      .needs = {},
      .params = params(),
      .start = start,
  };
  return method;
}

}  // namespace whybox
