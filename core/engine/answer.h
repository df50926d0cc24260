#pragma once
#include <span>

#include "engine/classifier.h"

namespace whybox {

/// Scores -> probabilities, in place.
void softmax(std::span<float> row);

/// What an engine's last run says, of one picture. Errors: not_finite.
Result<Prediction> read_answer(const Engine& engine, const ScorePlace& scores);

}  // namespace whybox
