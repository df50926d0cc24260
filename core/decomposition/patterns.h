#pragma once
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "decomposition/composite.h"
#include "grad/reverse.h"

namespace whybox {

/// Signal patterns of every product layer, estimated from pictures: the direction a+ in which a unit's input varies with its
/// output, while its weights w also have to cancel what distracts.
///
///   a+ = (E+[x y] - E+[x] E[y]) / (w^T E+[x y] - w^T E+[x] E[y]),   over the samples with y > 0, for units behind a rectifier
///   a  = the same over all samples                                  for linear units
/// Kindermans et al. 2018, arXiv:1705.05598, eq. 4 and 6; y is the output before the rectifier.
class Patterns {
 public:
  explicit Patterns(const Graph& twin);
  ~Patterns();
  Patterns(Patterns&&) noexcept;
  Patterns& operator=(Patterns&&) noexcept;

  /// Learns from the example of the last forward pass. Errors: invalid_argument for transposed convolutions.
  Result<void> add(const Reverse& reverse);
  int examples() const { return examples_; }

  /// The patterns of a node, in the layout of its weights; 0 for units that were never active.
  /// @param times_weights  a+ w, for PatternAttribution
  Result<std::vector<float>> of(std::size_t node, bool times_weights) const;

 private:
  struct Moments;
  const Graph* twin_;
  std::map<std::size_t, std::unique_ptr<Moments>> moments_;  // by node
  int examples_ = 0;
};

/// PatternNet's signal (or, with times_weights, PatternAttribution) at `to`: a gradient in whose product layers the patterns stand for
/// the weights. Kindermans et al. 2018, section 4.
/// @param seed  y at the target
Result<Tensor> pattern_pass(Reverse& reverse, const Patterns& patterns, bool times_weights, TensorId from, std::span<const float> seed,
                            TensorId to);

}  // namespace whybox
