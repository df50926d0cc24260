#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "engine/classifier.h"

namespace whybox {

/// What a classifier would say of a picture if one of its tensors held other values: do(z = v). Only what depends on that tensor is
/// computed each time, and all the rest once per picture.
class Intervention {
 public:
  /// @param values  float32, of one example, quantised where the tensor is
  /// Errors: those of Engine::plan and run, shape_mismatch for another number of values, not_finite.
  Result<Prediction> predict(Classifier& classifier, const Image& image, TensorId tensor, std::span<const float> values);

 private:
  Result<void> hold(Classifier& classifier, const Image& image, TensorId tensor);

  /// What the engine's activations are of.
  struct Held {
    std::uint64_t plan;  ///< the engine's; another one means that somebody else has run it since
    Image image;
    TensorId tensor;
  };
  std::optional<Held> held_;
};

}  // namespace whybox
