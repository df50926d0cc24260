#pragma once
#include <vector>

#include "grad/reverse.h"

namespace whybox {

/// DeepLIFT's multipliers m = contribution / difference from the reference, by the rescale rule, for a float twin whose forward pass
/// has been run with two examples: the picture and the baseline. Whatever the network, m satisfies summation-to-delta:
/// sum_i m_i (x_i - x'_i) = y - y'.
///
///   linear nodes            the gradient
///   activations             m_in = m_out (y - y') / (x - x'); Shrikumar et al. 2017, arXiv:1704.02685, eq. 11
///   max pooling             by the cross-maximum of the two examples, which sends what either lacks to its own winner
///   product of two signals  each by the mean of the other, so that their shares sum to the difference of the products
/// @returns  at `to`, of one example
/// Errors: invalid_argument for a network with softmax in between.
Result<Tensor> multipliers(Reverse& reverse, TensorId from, std::span<const float> seed, TensorId to);

}  // namespace whybox
