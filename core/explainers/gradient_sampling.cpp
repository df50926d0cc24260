#include "explainers/gradient_sampling.h"

#include <algorithm>

#include "explainers/score_pass.h"

namespace whybox {

GradientSampling::GradientSampling(Task task, std::string_view method, int samples, ReluRule rule)
    : task_(std::move(task)),
      method_(method),
      samples_(samples),
      rule_(rule),
      view_(channel_view(task_.params)),
      picture_(task_.network.classifier().encoder().normalize(task_.image)) {}

Result<void> GradientSampling::step() {
  WHYBOX_TRY(const Reverse* reverse, task_.network.reverse());
  const int count = std::min(reverse_batch(reverse->graph()), samples_ - done_);
  std::vector<float> inputs(picture_.size() * std::size_t(count));
  for (int i = 0; i < count; ++i) {
    const std::span example = std::span(inputs).subspan(std::size_t(i) * picture_.size(), picture_.size());
    if (done_ + i == 0)
      std::ranges::copy(picture_, example.begin());
    else
      WHYBOX_CHECK(compose(done_ + i, example));
  }
  WHYBOX_TRY(const ScorePass pass, ScorePass::run(task_.network, inputs, count, task_.target));
  if (done_ == 0) {
    WHYBOX_TRY(twin_, twin_findings(task_, pass.scores()[0]));
  }
  WHYBOX_TRY(const Tensor gradient, pass.gradient(reverse->graph().input, rule_));
  WHYBOX_CHECK(absorb_batch(gradient.values, pass.scores()));
  return done_ == samples_ ? conclude() : Result<void>{};
}

Result<void> GradientSampling::absorb_batch(std::span<const float> gradients, std::span<const float> scores) {
  const auto of = [&](std::size_t i) { return gradients.subspan(i * picture_.size(), picture_.size()); };
  for (std::size_t i = 0; i < scores.size(); ++i)
    WHYBOX_CHECK(check_finite(of(i), method_, std::format("the gradient of sample {}", done_ + int(i))));
  for (std::size_t i = 0; i < scores.size(); ++i) absorb(done_ + int(i), of(i), scores[i]);
  done_ += int(scores.size());
  return {};
}

Heatmap GradientSampling::heatmap() const {
  return collapse(attribution(), task_.image.height, task_.image.width, view_);
}

std::vector<Finding> GradientSampling::findings() const {
  std::vector<Finding> all = twin_;
  std::ranges::move(own_findings(), std::back_inserter(all));
  return all;
}

}  // namespace whybox
