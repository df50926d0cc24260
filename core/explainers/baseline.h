#pragma once
#include <vector>

#include "explainers/explainer.h"

namespace whybox {

/// The parameter "baseline": black, mean, blur or random.
ParamSpec baseline_param();

/// The picture x' that stands for "nothing there", normalised values [H, W, C].
/// "black"; "mean": 0 after normalisation; "blur": fill_image's; "random": pixels drawn evenly from 0..255 under the task's
/// seed.
Result<std::vector<float>> baseline(const Task& task);

}  // namespace whybox
