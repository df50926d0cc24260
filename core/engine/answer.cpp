#include "engine/answer.h"

#include <algorithm>
#include <cmath>

namespace whybox {

void softmax(std::span<float> row) {
  const float top = *std::ranges::max_element(row);
  float sum = 0;
  for (float& value : row) sum += value = std::exp(value - top);
  for (float& value : row) value /= sum;
}

Result<Prediction> read_answer(const Engine& engine, const ScorePlace& scores) {
  WHYBOX_TRY(auto output, engine.read(scores.output));
  WHYBOX_TRY(auto logits, engine.read(scores.logits));
  if (scores.head == Head::logits) softmax(output.values);
  for (const float p : output.values)
    if (!std::isfinite(p)) return fail(ErrorCode::not_finite, "the network's output is not a finite number");
  return Prediction{std::move(output.values), std::move(logits.values)};
}

}  // namespace whybox
