#include "explainers/sampling.h"

#include <algorithm>
#include <cmath>

namespace whybox {

Result<void> check(const Task& task, std::string_view method) {
  const Classifier& classifier = task.network.classifier();
  const int classes = classifier.scores().classes;
  if (task.target < 0 || task.target >= classes)
    return fail(ErrorCode::out_of_range, "{}: target class is {}, wanted 0 to {}", method, task.target, classes - 1);
  const Encoder& encoder = classifier.encoder();
  if (task.image.height != encoder.height() || task.image.width != encoder.width())
    return fail(ErrorCode::shape_mismatch, "{}: the picture is {} x {}, the network's input {} x {}", method,
                task.image.height, task.image.width, encoder.height(), encoder.width());
  return validate(task.image);
}

SamplingExplanation::SamplingExplanation(Task task, std::string_view method, int samples)
    : task_(std::move(task)), method_(method), samples_(samples) {}

Result<void> SamplingExplanation::step() {
  Classifier& classifier = task_.network.classifier();
  const int count = std::min(std::max(1, classifier.preferred_batch()), samples_ - done_);
  scores_.resize(count);
  const auto compose_one = [this](int index, std::span<std::byte> example) { compose(done_ + index, example); };
  WHYBOX_CHECK(classifier.probabilities(count, task_.target, compose_one, scores_));
  for (int i = 0; i < count; ++i)
    if (!std::isfinite(scores_[i]))
      return fail(ErrorCode::not_finite, "{}: the network's output for sample {} is {}, wanted a finite probability", method_,
                  done_ + i, std::isnan(scores_[i]) ? "NaN" : "infinite");
  for (int i = 0; i < count; ++i) absorb(done_ + i, scores_[i]);
  done_ += count;
  refine();
  return {};
}

}  // namespace whybox
