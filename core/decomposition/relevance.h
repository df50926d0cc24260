#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "decomposition/composite.h"
#include "grad/reverse.h"

namespace whybox {

/// What is left of the relevance once it has come through a layer.
struct LayerRelevance {
  std::string name;
  std::string op;
  std::string rule;
  double relevance;  ///< of everything on its way to the picture, other branches included: the score, where rules conserve it
};

/// The smallest and largest values that the first layers' inputs can have: what z-box calls l and h.
struct PixelBox {
  struct Bounds {
    std::vector<float> lowest, highest;
  };
  std::map<TensorId, Bounds> bounds;  ///< by the tensor that a first layer reads

  /// What a black and a white picture make of those tensors: whatever the network does to pixels before its first weights
  /// (padding, scaling) has been done to the bounds too. Two forward passes.
  /// @param black, white  normalised, [1, H, W, C]
  static Result<PixelBox> create(Reverse& reverse, const std::vector<ProductLayer>& layers, std::span<const float> black,
                                 std::span<const float> white);
};

/// Layer-wise relevance propagation through a float twin whose forward pass has been run with one example.
/// Product layers follow the composite. The others have one answer each: sums and averages share by contribution (epsilon rule),
/// max pooling gives all to the winner, activations and reshapes pass it on, and in a product of two signals a gate (behind a sigmoid,
/// or broadcast) gets nothing (Arras et al. 2017, arXiv:1706.07206, section 3.1); two equals share evenly.
class Relevance {
 public:
  Relevance(Reverse& reverse, const Composite& composite, const PixelBox& box)
      : reverse_(reverse), composite_(composite), box_(box) {}

  /// Relevance at `to` of `start` at `from`. Errors: invalid_argument for a network with softmax in between.
  Result<Tensor> propagate(TensorId from, std::span<const float> start, TensorId to);
  /// Of the last call, from the output down; nodes that only pass relevance on are left out.
  const std::vector<LayerRelevance>& layers() const { return layers_; }

 private:
  Result<void> step(std::size_t node, const VjpArguments& arguments);
  Result<void> product(const Rule& rule, const VjpArguments& arguments);
  Result<void> share_by_contribution(std::size_t node, const VjpArguments& arguments);
  Result<void> share_among_factors(std::size_t node, const VjpArguments& arguments);
  std::vector<float> part_of_input(InputPart part, const VjpArguments& arguments) const;
  void note(std::size_t node, const VjpArguments& arguments, const std::string& rule);

  Reverse& reverse_;
  const Composite& composite_;
  const PixelBox& box_;
  double in_flight_ = 0;
  std::vector<LayerRelevance> layers_;
};

}  // namespace whybox
