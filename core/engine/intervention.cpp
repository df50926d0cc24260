#include "engine/intervention.h"

#include <algorithm>

#include "engine/answer.h"

namespace whybox {

Result<void> Intervention::hold(Classifier& classifier, const Image& image, TensorId tensor) {
  Engine& engine = classifier.engine();
  // Values written elsewhere would stay where this tensor's successors do not run over them.
  if (held_ && held_->plan == engine.plan_number() && held_->tensor == tensor && held_->image.height == image.height &&
      held_->image.pixels == image.pixels)
    return {};
  held_.reset();
  const Encoder& encoder = classifier.encoder();
  if (image.height != encoder.height() || image.width != encoder.width())
    return fail(ErrorCode::shape_mismatch, "picture is {}x{}, the network wants {}x{}", image.height, image.width, encoder.height(),
                encoder.width());
  // The tap makes it a plan of its own: nobody else takes for a picture's activations what is written over here.
  WHYBOX_CHECK(engine.plan(1, {.taps = {tensor}, .everything = true}));
  std::ranges::copy(encoder.encode(image), engine.input(0).begin());
  WHYBOX_CHECK(engine.run());
  held_ = {engine.plan_number(), image, tensor};
  return {};
}

Result<Prediction> Intervention::predict(Classifier& classifier, const Image& image, TensorId tensor, std::span<const float> values) {
  WHYBOX_CHECK(hold(classifier, image, tensor));
  WHYBOX_CHECK(classifier.engine().run_after(tensor, values));
  return read_answer(classifier.engine(), classifier.scores());
}

}  // namespace whybox
