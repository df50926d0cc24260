#pragma once
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "explainers/explainer.h"
#include "explainers/game.h"

namespace whybox {

/// Every superpixel in the colour of its weight.
Heatmap painted(const Segmentation& segmentation, std::span<const float> weights);

/// The superpixels that the task's parameters ask for, its own among them. Errors: those of segment.
Result<Segmentation> cut(const Task& task, int most = kMaxSuperpixels);

/// The parameter "samples": how many coalitions the network is asked about.
ParamSpec coalitions_param(std::string_view default_value);

/// A method's own parameters, then those of superpixels and of what stands in for them.
/// @param count, most  how many superpixels by default (digits that outlive the specs), and at most
std::vector<ParamSpec> superpixel_game_params(std::vector<ParamSpec> own, std::string_view count = "50", int most = kMaxSuperpixels);

using MakeEstimator = std::function<std::unique_ptr<GameEstimator>(const Task& task, const Segmentation& segmentation)>;

/// A game whose players are superpixels: v(S) = f(h(S)), the probability of the target when those of S show and the others are filled.
/// The map is what each contributes.
Result<std::unique_ptr<Explanation>> start_superpixel_game(Task task, std::string_view method, const MakeEstimator& make);

}  // namespace whybox
