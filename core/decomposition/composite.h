#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "decomposition/rule.h"
#include "model/graph.h"

namespace whybox {

/// A layer that multiplies by weights: where the rules of a composite apply.
struct ProductLayer {
  std::size_t node;  ///< index into the twin's nodes
  std::string name;  ///< as among Network::layers
  OpKind kind;
  int position;      ///< 1 for the first from the picture
  bool first;        ///< reads the picture, through no other product layer
};
std::vector<ProductLayer> product_layers(const Graph& twin);

/// Rule by node index, one for every product layer.
using Composite = std::map<std::size_t, Rule>;

/// The composites of Zennit and iNNvestigate by name.
///   epsilon                     epsilon everywhere
///   epsilon-plus-flat           flat first, z+ in convolutions, epsilon in dense layers
///   epsilon-gamma-box           z-box first, gamma in convolutions, epsilon in dense layers
///   epsilon-alpha2-beta1-flat   flat first, alpha 2 beta 1 in convolutions, epsilon in dense layers
/// Anders et al. 2021, arXiv:2106.13200, table 1. Errors: invalid_argument for a name that is none of these.
Result<Composite> named_composite(std::string_view name, float epsilon, float gamma, const std::vector<ProductLayer>& layers);

/// z+ everywhere, z-box first; Montavon et al. 2017, arXiv:1512.02479, section 4.
Composite deep_taylor_composite(const std::vector<ProductLayer>& layers);

/// A composite in words: "where=rule, where=rule ...", of which the last that fits a layer holds; layers that none fits follow
/// epsilon. Where: "all", "first", "last", a kind ("conv_2d"), positions ("#3", "#4-6"), or a layer's name with * for any text.
/// Errors: invalid_argument for an entry without "=", an unknown rule, a place that fits no layer, or z-box on a layer that does not
/// read the picture.
Result<Composite> parse_composite(std::string_view text, float epsilon, const std::vector<ProductLayer>& layers);

}  // namespace whybox
