#pragma once
#include <vector>

#include "explainers/explainer.h"

namespace whybox {

/// The parameter "probe": which pictures stand for what the network usually sees.
ParamSpec probe_param();

/// Picture `index` of the probe set: generated scenes of the kind that was chosen, from the task's seed, at the network's input
/// size; or the pictures that came with the task, over and over.
Result<Image> probe_picture(const Task& task, int index);

}  // namespace whybox
