#include "explainers/sampling.h"

#include <algorithm>
#include <cmath>

namespace whybox {

Result<void> check(const Task& task, std::string_view method) {
  if (auto checked = task.network.check(task.target); !checked) return fail_in(method, std::move(checked).error());
  WHYBOX_TRY(const Method* of, find_method(method));
  if (task.target.unit && (of->needs.classes || !of->needs.gradients))
    return fail(ErrorCode::invalid_argument, "{}: the target is a unit of layer \"{}\", wanted a class; gradients explain any unit", method,
                task.target.unit->layer);
  const Encoder& encoder = task.network.classifier().encoder();
  if (task.image.height != encoder.height() || task.image.width != encoder.width())
    return fail(ErrorCode::shape_mismatch, "{}: the picture is {} x {}, the network's input {} x {}", method,
                task.image.height, task.image.width, encoder.height(), encoder.width());
  return validate(task.image);
}

SamplingExplanation::SamplingExplanation(Task task, std::string_view method, int samples, Pictures pictures)
    : task_(std::move(task)), method_(method), samples_(samples), pictures_(pictures) {}

/// The network's answers to the next samples.
Result<void> SamplingExplanation::ask(int count) {
  Classifier& classifier = task_.network.classifier();
  const auto compose_one = [this](int index, std::span<std::byte> example) { compose(done_ + index, example); };
  if (!superpixels_.segmentation) return classifier.probabilities(count, task_.target, compose_one, scores_, pictures_);
  if (!mosaic_) {
    WHYBOX_TRY(mosaic_, Mosaic::create(classifier.engine().graph(), superpixels_.segmentation->labels, samples_));
  }
  return classifier.probabilities(count, task_.target, compose_one, scores_, *mosaic_, superpixels_.on);
}

Result<void> SamplingExplanation::step() {
  Classifier& classifier = task_.network.classifier();
  const int count = std::min(std::max(1, classifier.preferred_batch()), samples_ - done_);
  scores_.resize(count);
  WHYBOX_CHECK(ask(count));
  for (int i = 0; i < count; ++i)
    if (!std::isfinite(scores_[i]))
      return fail(ErrorCode::not_finite, "{}: the network's output for sample {} is {}, wanted a finite probability", method_,
                  done_ + i, std::isnan(scores_[i]) ? "NaN" : "infinite");
  for (int i = 0; i < count && !settled_; ++i) {
    absorb(done_, scores_[i]);
    ++done_;
    settled_ = enough();
  }
  refine();
  return {};
}

}  // namespace whybox
