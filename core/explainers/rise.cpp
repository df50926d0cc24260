#include <algorithm>
#include <cmath>

#include "explainers/rise_mask.h"
#include "explainers/sampling.h"
#include "explainers/stop_rule.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "rise";

/// More cells make a covariance of them (quadratic in their number) that costs more than the network.
constexpr int kMostRankedCells = 20;
/// Fewer masks say little about how much they differ.
constexpr int kFewestMasks = 100;

/// The picture as s x s fields, a mask's cells unshifted: neighbouring pixels go up and down together, so it is fields that are ranked.
class Fields {
 public:
  Fields(int height, int width, int cells)
      : rows_(places(height, cells)),
        columns_(places(width, cells)),
        sums_(std::size_t(rows_.back() + 1) * std::size_t(columns_.back() + 1)),
        pixels_(sums_.size()),
        moments_(int(sums_.size())) {
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) ++pixels_[first(y) + std::size_t(columns_[std::size_t(x)])];
  }
  void begin() { std::ranges::fill(sums_, 0); }
  void add_row(int y, std::span<const float> values) {
    double* fields = &sums_[first(y)];
    for (std::size_t x = 0; x < values.size(); ++x) fields[columns_[x]] += values[x];
  }
  /// Ends a mask that is to count `factor` times.
  void end(double factor) {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] *= factor / pixels_[i];
    moments_.add(sums_);
  }
  const CoMoments& moments() const { return moments_; }

 private:
  /// Which field each pixel of a side lies in.
  static std::vector<int> places(int length, int cells) {
    std::vector<int> found;
    for (int i = 0; i < length; ++i) found.push_back(i * std::min(cells, length) / length);
    return found;
  }
  std::size_t first(int y) const { return std::size_t(rows_[std::size_t(y)]) * std::size_t(columns_.back() + 1); }

  std::vector<int> rows_, columns_;
  std::vector<double> sums_, pixels_;
  CoMoments moments_;
};

RiseMaskOptions mask_options(const Task& task) {
  return {task.image.height, task.image.width, task.params.integer("cells"), task.params.real("probability"), task.seed};
}

class Rise final : public SamplingExplanation {
 public:
  explicit Rise(Task task)
      : SamplingExplanation(task, kId, task.params.integer("samples")),
        mask_(mask_options(this->task())),
        normalized_(encoder().normalize(this->task().image)),
        mask_row_(std::size_t(encoder().width())),
        picture_row_(mask_row_.size() * encoder().channels()),
        sums_(std::size_t(encoder().height()) * encoder().width()),
        squares_(sums_.size()),
        rule_(this->task().params, kFewestMasks, samples()) {
    const int cells = this->task().params.integer("cells");
    if (cells <= kMostRankedCells) fields_.emplace(encoder().height(), encoder().width(), cells);
  }

  /// S(pixel) = 1 / (n p) sum_i f(x . M_i) M_i(pixel) over the n masks so far; Petsiuk et al. 2018, eq. 6.
  Heatmap heatmap() const override {
    Heatmap map{encoder().height(), encoder().width(), sums_};
    const float scale = 1.0f / (float(std::max(1, done())) * task().params.real("probability"));
    for (float& value : map.values) value *= scale;
    return map;
  }

  /// Masks are drawn independently, so the error of their mean is its deviation over the root of their number:
  /// sqrt((mean of squares - square of mean) / (n - 1)) of f(x . M_i) M_i(pixel) / p.
  std::optional<Heatmap> errors() const override {
    if (done() < 2) return std::nullopt;
    Heatmap map{encoder().height(), encoder().width(), std::vector<float>(sums_.size())};
    const double n = done(), p = task().params.real("probability");
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const double mean = sums_[i] / n, variance = std::max(0.0, squares_[i] / n - mean * mean);
      map.values[i] = float(std::sqrt(variance / (n - 1)) / p);
    }
    return map;
  }

  std::vector<Finding> findings() const override {
    std::vector<Finding> all{{"mean_probability", "Mean probability under the masks", done() > 0 ? total_ / done() : 0},
                             {"samples", "Masks", double(done())}};
    if (const auto errors = this->errors()) all.push_back({"largest_error", "Largest standard error of a pixel", *std::ranges::max_element(errors->values)});
    if (stable_places_) all.push_back({"stable_places", "First fields of the grid whose rank is stable at 95 %", double(*stable_places_)});
    return all;
  }

 private:
  void compose(int sample, std::span<std::byte> example) override {
    mask_.draw(sample);
    const std::size_t row = picture_row_.size(), row_bytes = row * encoder().element_size();
    for (int y = 0; y < encoder().height(); ++y) {
      mask_.row(y, mask_row_);
      multiply(normalized_.data() + y * row);
      encoder().encode(picture_row_, example.subspan(y * row_bytes, row_bytes));
    }
  }

  void multiply(const float* pixels) {
    float* out = picture_row_.data();
    if (encoder().channels() == 1) {
      for (std::size_t x = 0; x < mask_row_.size(); ++x) out[x] = pixels[x] * mask_row_[x];
      return;
    }
    for (std::size_t x = 0; x < mask_row_.size(); ++x)
      for (std::size_t c = 0; c < 3; ++c) out[x * 3 + c] = pixels[x * 3 + c] * mask_row_[x];
  }

  void absorb(int sample, float probability) override {
    total_ += probability;
    mask_.draw(sample);  // again: cheaper than keeping a batch of masks in the caches
    if (fields_) fields_->begin();
    for (int y = 0; y < encoder().height(); ++y) {
      mask_.row(y, mask_row_);
      const std::size_t first = std::size_t(y) * mask_row_.size();
      float *sums = sums_.data() + first, *squares = squares_.data() + first;
      for (std::size_t x = 0; x < mask_row_.size(); ++x) {
        const float weighed = probability * mask_row_[x];
        sums[x] += weighed;
        squares[x] += weighed * weighed;
      }
      if (fields_) fields_->add_row(y, mask_row_);
    }
    if (fields_) fields_->end(double(probability) / task().params.real("probability"));
  }

  bool enough() override {
    if (!fields_ || done() < 2 || !rule_.due(done())) return false;
    const Uncertainty uncertainty = fields_->moments().of_mean();
    stable_places_ = rule_.stable_places(fields_->moments().mean(), uncertainty);
    return rule_.settled(fields_->moments().mean(), uncertainty);
  }

  RiseMask mask_;
  std::vector<float> normalized_;   // [H, W, C]
  std::vector<float> mask_row_;     // [W]
  std::vector<float> picture_row_;  // [W, C]
  std::vector<float> sums_;         // sum_i f(x . M_i) M_i, [H, W]
  std::vector<float> squares_;      // of the same, [H, W]
  std::optional<Fields> fields_;
  StopRule rule_;
  std::optional<int> stable_places_;
  double total_ = 0;                // sum_i f(x . M_i)
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  if (const int cells = task.params.integer("cells"); task.params.text("stop") == "stable" && cells > kMostRankedCells)
    return fail(ErrorCode::out_of_range, "stop: stable ranks the fields of the grid, and cells is {}, wanted at most {} for that", cells, kMostRankedCells);
  return std::make_unique<Rise>(std::move(task));
}

std::vector<ParamSpec> params() {
  std::vector<ParamSpec> specs{
      {.id = "samples",
       .label = "Masks",
       .help = "N: how many masked pictures the network is shown; noise falls with its square root",
       .kind = ParamKind::integer,
       .default_value = "4000",
       .min = 1,
       .max = 100000},
      {.id = "cells",
       .label = "Cells per side",
       .help = "s: each mask is an s x s grid, enlarged and shifted; more cells show finer detail and need more masks",
       .kind = ParamKind::integer,
       .default_value = "7",
       .min = 1,
       .max = 64},
      {.id = "probability",
       .label = "Cells shown",
       .help = "p: the chance that a cell of a mask is open",
       .kind = ParamKind::real,
       .default_value = "0.5",
       .min = 0.01,
       .max = 0.99},
  };
  for (ParamSpec& spec : stop_params()) specs.push_back(std::move(spec));
  return specs;
}

}  // namespace

const Method& rise_method() {
  static const Method method{
      .id = kId,
      .name = "RISE",
      .summary = "Shows the network the picture through random soft masks and averages the masks by its answers.",
      .reference = "Petsiuk, Das & Saenko 2018, arXiv:1806.07421",
      .family = Family::perturbation,
      .map = MapKind::unsigned_map,
      .unit = "probability",
      .needs = {},
      .params = params(),
      .start = start,
  };
  return method;
}

}  // namespace whybox
