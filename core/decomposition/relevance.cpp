#include "decomposition/relevance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "decomposition/linear_map.h"

namespace whybox {
namespace {

std::size_t elements(const Graph& graph, TensorId id) { return std::size_t(element_count(graph.tensor(id).shape)); }

std::span<const float> output_relevance(const VjpArguments& a) { return {a.output_gradient, elements(a.graph, a.node.output)}; }

double sum(std::span<const float> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// The activations among a node's inputs, in the order of VjpArguments::inputs.
std::vector<TensorId> activations(const VjpArguments& a) {
  std::vector<TensorId> result;
  for (const TensorId id : a.node.inputs)
    if (id != kNoTensor && !a.graph.tensor(id).is_constant()) result.push_back(id);
  return result;
}

float part_of(float w, WeightPart part, float gamma) {
  switch (part) {
    case WeightPart::all: return w;
    case WeightPart::positive: return std::fmax(w, 0.0f);
    case WeightPart::negative: return std::fmin(w, 0.0f);
    case WeightPart::ones: return 1;
    case WeightPart::squares: return w * w;
    case WeightPart::favour_positive: return w + gamma * std::fmax(w, 0.0f);
    case WeightPart::favour_negative: return w + gamma * std::fmin(w, 0.0f);
  }
  return w;
}

Result<std::vector<float>> part_of_constant(const TensorInfo& constant, WeightPart part, float gamma) {
  WHYBOX_TRY(auto values, constant_as_floats(constant));
  for (float& value : values) value = part_of(value, part, gamma);
  return values;
}

/// The layer with the weights that a term names.
Result<LinearMap> map_of(const Term& term, float gamma, const VjpArguments& a) {
  WHYBOX_TRY(const auto weights, part_of_constant(a.graph.tensor(a.node.inputs[1]), term.weights, gamma));
  std::vector<float> bias;
  if (term.bias && a.node.inputs.size() > 2 && a.node.inputs[2] != kNoTensor) {
    WHYBOX_TRY(bias, part_of_constant(a.graph.tensor(a.node.inputs[2]), term.weights, gamma));
  }
  return LinearMap::create(a.graph, a.node, weights, bias);
}

bool takes_part(Gate gate, float z) { return gate == Gate::always || (gate == Gate::positive ? z > 0 : z < 0); }

/// s = gate(z) R / stabilised(z').
std::vector<float> quotients(const Share& share, std::span<const float> z, float stabilizer, const VjpArguments& a) {
  const auto relevance = output_relevance(a);
  std::vector<float> s(z.size());
  for (std::size_t i = 0; i < s.size(); ++i)
    if (takes_part(share.gate, a.output[i])) s[i] = relevance[i] / stabilized(z[i], stabilizer);
  return s;
}

const Node* writer(const Graph& graph, TensorId id) {
  const auto found = std::ranges::find(graph.nodes, id, &Node::output);
  return found == graph.nodes.end() ? nullptr : &*found;
}

/// Whether a signal comes from a sigmoid, hard or soft, perhaps scaled: then it only says how much of the other passes.
bool is_gate(const Graph& graph, TensorId id) {
  const Node* node = writer(graph, id);
  while (node && (node->kind == OpKind::reshape || node->kind == OpKind::mul)) {
    if (node->kind == OpKind::mul && !graph.tensor(node->inputs[0]).is_constant() && !graph.tensor(node->inputs[1]).is_constant())
      return false;
    node = writer(graph, graph.tensor(node->inputs[0]).is_constant() ? node->inputs[1] : node->inputs[0]);
  }
  return node && (node->kind == OpKind::logistic || node->kind == OpKind::relu6);
}

/// What each factor of a product gets.
std::array<float, 2> factor_shares(const Graph& graph, const std::vector<TensorId>& factors) {
  const bool first = is_gate(graph, factors[0]), second = is_gate(graph, factors[1]);
  if (first != second) return first ? std::array{0.0f, 1.0f} : std::array{1.0f, 0.0f};
  const auto sizes = std::pair(elements(graph, factors[0]), elements(graph, factors[1]));
  if (sizes.first != sizes.second) return sizes.first < sizes.second ? std::array{0.0f, 1.0f} : std::array{1.0f, 0.0f};
  return {0.5f, 0.5f};
}

/// 1 everywhere, but 0 on what a padding node has put around: no more than a convolution's own padding would it take relevance.
std::vector<float> ones_inside_padding(const Graph& graph, TensorId id) {
  std::vector<float> ones(elements(graph, id), 1.0f);
  const Node* node = writer(graph, id);
  if (!node || node->kind != OpKind::pad) return ones;
  const auto& amounts = std::get<PadAttributes>(node->attributes).amounts;
  const Shape& shape = graph.tensor(id).shape;
  for (std::size_t i = 0; i < ones.size(); ++i) {
    std::size_t rest = i;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      const int at = int(rest % std::size_t(shape[axis]));
      rest /= std::size_t(shape[axis]);
      if (at < amounts[axis][0] || at >= shape[axis] - amounts[axis][1]) ones[i] = 0;
    }
  }
  return ones;
}

}  // namespace

Result<PixelBox> PixelBox::create(Reverse& reverse, const std::vector<ProductLayer>& layers, std::span<const float> black,
                                  std::span<const float> white) {
  PixelBox box;
  const auto inputs_after = [&](std::span<const float> picture) -> Result<std::vector<Tensor>> {
    WHYBOX_CHECK(reverse.forward(picture, 1));
    std::vector<Tensor> inputs;
    for (const ProductLayer& layer : layers) {
      if (!layer.first) continue;
      WHYBOX_TRY(inputs.emplace_back(), reverse.activation(reverse.graph().nodes[layer.node].inputs[0]));
    }
    return inputs;
  };
  WHYBOX_TRY(const auto low, inputs_after(black));
  WHYBOX_TRY(const auto high, inputs_after(white));
  std::size_t i = 0;
  for (const ProductLayer& layer : layers) {
    if (!layer.first) continue;
    Bounds& bounds = box.bounds[reverse.graph().nodes[layer.node].inputs[0]];
    bounds = {low[i].values, high[i].values};
    for (std::size_t j = 0; j < bounds.lowest.size(); ++j)  // a negative scale turns them round
      if (bounds.lowest[j] > bounds.highest[j]) std::swap(bounds.lowest[j], bounds.highest[j]);
    ++i;
  }
  return box;
}

Result<Tensor> Relevance::propagate(TensorId from, std::span<const float> start, TensorId to) {
  layers_.clear();
  in_flight_ = sum(start);
  return reverse_.walk(from, start, to, [this](std::size_t node, const VjpArguments& a) { return step(node, a); });
}

Result<void> Relevance::step(std::size_t node, const VjpArguments& a) {
  std::string rule;
  switch (a.node.kind) {
    case OpKind::conv_2d:
    case OpKind::depthwise_conv_2d:
    case OpKind::transpose_conv:
    case OpKind::fully_connected:
      WHYBOX_CHECK(product(composite_.at(node), a));
      rule = composite_.at(node).name;
      break;
    case OpKind::add:
    case OpKind::sub:
    case OpKind::average_pool_2d:
    case OpKind::mean:
    case OpKind::resize_bilinear:
    case OpKind::resize_nearest:
      WHYBOX_CHECK(share_by_contribution(node, a));
      rule = "by contribution";
      break;
    case OpKind::mul:
      WHYBOX_CHECK(share_among_factors(node, a));
      rule = "signal takes all";
      break;
    case OpKind::max_pool_2d:
      WHYBOX_CHECK(reverse_.vjp(node, a));
      rule = "winner takes all";
      break;
    case OpKind::pad:
    case OpKind::reshape:
    case OpKind::concatenation:
    case OpKind::quantize:
    case OpKind::dequantize: WHYBOX_CHECK(reverse_.vjp(node, a)); break;
    case OpKind::softmax:
      return fail(ErrorCode::invalid_argument, "relevance has no rule for softmax inside a network; wanted it at the output only");
    default:  // activations, element by element
      std::ranges::copy(output_relevance(a), a.input_gradients[0]);
  }
  note(node, a, rule);
  return {};
}

void Relevance::note(std::size_t node, const VjpArguments& a, const std::string& rule) {
  const auto inputs = activations(a);
  in_flight_ -= sum(output_relevance(a));
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (a.input_gradients[i]) in_flight_ += sum({a.input_gradients[i], elements(a.graph, inputs[i])});
  if (rule.empty()) return;
  const Node& at = a.graph.nodes[node];
  layers_.push_back({std::string(layer_name(a.graph.tensor(at.output))), std::string(to_string(at.kind)), rule, in_flight_});
}

Result<void> Relevance::product(const Rule& rule, const VjpArguments& a) {
  const std::span result(a.input_gradients[0], elements(a.graph, a.node.inputs[0]));
  std::ranges::fill(result, 0.0f);
  for (const Share& share : rule.shares) {
    std::vector<LinearMap> maps;
    std::vector<std::vector<float>> inputs;
    std::vector<float> z(elements(a.graph, a.node.output));
    for (const Term& term : share.terms) {
      inputs.push_back(part_of_input(term.input, a));
      WHYBOX_TRY(auto map, map_of(term, rule.gamma, a));
      WHYBOX_TRY(const auto answer, map.apply(inputs.back(), a.batch, a.threads));
      for (std::size_t i = 0; i < z.size(); ++i) z[i] += term.sign * answer[i];
      maps.push_back(std::move(map));
    }
    const auto s = quotients(share, z, rule.stabilizer, a);
    for (std::size_t t = 0; t < maps.size(); ++t) {
      WHYBOX_TRY(const auto back, maps[t].transposed(s, a.batch, a.threads));
      const float factor = share.factor * share.terms[t].sign;
      for (std::size_t j = 0; j < result.size(); ++j) result[j] += factor * inputs[t][j] * back[j];
    }
  }
  return {};
}

/// R_j = a_j [J^T (R / z)]_j: the epsilon rule of a node that has no weights to choose from.
Result<void> Relevance::share_by_contribution(std::size_t node, const VjpArguments& arguments) {
  const auto relevance = output_relevance(arguments);
  std::vector<float> s(relevance.size());
  for (std::size_t i = 0; i < s.size(); ++i) s[i] = relevance[i] / stabilized(arguments.output[i], kStabilizer);
  VjpArguments a = arguments;
  a.output_gradient = s.data();
  WHYBOX_CHECK(reverse_.vjp(node, a));
  const auto inputs = activations(a);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (a.input_gradients[i])
      for (std::size_t j = 0; j < elements(a.graph, inputs[i]); ++j) a.input_gradients[i][j] *= a.inputs[i][j];
  return {};
}

Result<void> Relevance::share_among_factors(std::size_t node, const VjpArguments& a) {
  WHYBOX_CHECK(share_by_contribution(node, a));  // gives each of two factors the whole
  const auto factors = activations(a);
  if (factors.size() < 2) return {};
  const auto shares = factor_shares(a.graph, factors);
  for (std::size_t i = 0; i < factors.size(); ++i)
    if (a.input_gradients[i])
      for (std::size_t j = 0; j < elements(a.graph, factors[i]); ++j) a.input_gradients[i][j] *= shares[i];
  return {};
}

std::vector<float> Relevance::part_of_input(InputPart part, const VjpArguments& a) const {
  const std::span input(a.inputs[0], elements(a.graph, a.node.inputs[0]));
  std::vector<float> result(input.begin(), input.end());
  switch (part) {
    case InputPart::all: break;
    case InputPart::positive: std::ranges::transform(result, result.begin(), [](float x) { return std::fmax(x, 0.0f); }); break;
    case InputPart::negative: std::ranges::transform(result, result.begin(), [](float x) { return std::fmin(x, 0.0f); }); break;
    case InputPart::ones: return ones_inside_padding(a.graph, a.node.inputs[0]);
    case InputPart::lowest: return box_.bounds.at(a.node.inputs[0]).lowest;
    case InputPart::highest: return box_.bounds.at(a.node.inputs[0]).highest;
  }
  return result;
}

}  // namespace whybox
