#include <algorithm>

#include "explainers/rise_mask.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "rise";

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
        sums_(std::size_t(encoder().height()) * encoder().width()) {}

  /// S(pixel) = 1 / (n p) sum_i f(x . M_i) M_i(pixel) over the n masks so far; Petsiuk et al. 2018, eq. 6.
  Heatmap heatmap() const override {
    Heatmap map{encoder().height(), encoder().width(), sums_};
    const float scale = 1.0f / (float(std::max(1, done())) * task().params.real("probability"));
    for (float& value : map.values) value *= scale;
    return map;
  }

  std::vector<Finding> findings() const override {
    return {{"mean_probability", "Mean probability under the masks", done() > 0 ? total_ / done() : 0},
            {"samples", "Masks", double(done())}};
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
    for (int y = 0; y < encoder().height(); ++y) {
      mask_.row(y, mask_row_);
      float* sums = sums_.data() + std::size_t(y) * mask_row_.size();
      for (std::size_t x = 0; x < mask_row_.size(); ++x) sums[x] += probability * mask_row_[x];
    }
  }

  RiseMask mask_;
  std::vector<float> normalized_;   // [H, W, C]
  std::vector<float> mask_row_;     // [W]
  std::vector<float> picture_row_;  // [W, C]
  std::vector<float> sums_;         // sum_i f(x . M_i) M_i, [H, W]
  double total_ = 0;                // sum_i f(x . M_i)
};

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  return std::make_unique<Rise>(std::move(task));
}

std::vector<ParamSpec> params() {
  return {
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
