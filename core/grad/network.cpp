#include "grad/network.h"

#include <algorithm>

namespace whybox {
namespace {

/// Kinds whose output is worth choosing as a layer: they compute something, and it is not merely moved.
bool is_layer(OpKind kind) {
  switch (kind) {
    case OpKind::quantize:
    case OpKind::dequantize:
    case OpKind::reshape:
    case OpKind::pad:
    case OpKind::softmax: return false;
    default: return true;
  }
}

std::vector<Layer> find_layers(const Graph& graph, TensorId logits) {
  std::vector<Layer> layers;
  for (const Node& node : graph.nodes) {
    if (is_layer(node.kind)) {
      const TensorInfo& tensor = graph.tensor(node.output);
      std::string name = tensor.name.empty() ? std::format("tensor {}", node.output) : tensor.name;
      if (std::ranges::find(layers, name, &Layer::name) != layers.end()) name += std::format(" ({})", node.output);
      const bool spatial = tensor.shape.size() == 4 && tensor.shape[1] * tensor.shape[2] > 1;
      layers.push_back({node.output, std::move(name), std::string(to_string(node.kind)), tensor.shape, spatial});
    }
    if (node.output == logits) break;
  }
  return layers;
}

/// Rows, columns and channels of a layer's units; a layer without spatial extent is a single position.
struct Extent {
  int rows, columns, channels;

  std::size_t index(const Unit::Position& at, int channel) const {
    return (std::size_t(at.row) * std::size_t(columns) + std::size_t(at.column)) * std::size_t(channels) + std::size_t(channel);
  }
};

Extent extent_of(const Shape& shape) {
  const int channels = shape.empty() ? 1 : shape.back();
  if (shape.size() == 4) return {shape[1], shape[2], channels};
  return {1, static_cast<int>(element_count(shape) / channels), channels};
}

Result<void> check_unit(const Unit& unit, const Layer& layer) {
  const Extent extent = extent_of(layer.shape);
  if (unit.channel < 0 || unit.channel >= extent.channels)
    return fail(ErrorCode::out_of_range, "channel {} of layer \"{}\", {}: wanted 0 to {}", unit.channel, layer.name,
                to_string(layer.shape), extent.channels - 1);
  if (!unit.position) return {};
  const auto [row, column] = *unit.position;
  if (row < 0 || row >= extent.rows || column < 0 || column >= extent.columns)
    return fail(ErrorCode::out_of_range, "row {}, column {} of layer \"{}\", {}: wanted rows 0 to {}, columns 0 to {}", row, column,
                layer.name, to_string(layer.shape), extent.rows - 1, extent.columns - 1);
  return {};
}

/// Where a feature map is largest; the first such place.
Unit::Position strongest(std::span<const float> activation, const Extent& extent, int channel) {
  Unit::Position best;
  for (int row = 0; row < extent.rows; ++row)
    for (int column = 0; column < extent.columns; ++column)
      if (activation[extent.index({row, column}, channel)] > activation[extent.index(best, channel)]) best = {row, column};
  return best;
}

/// Which tensors a tensor depends on, itself among them.
std::vector<bool> ancestors(const Graph& graph, TensorId tensor) {
  std::vector<bool> result(graph.tensors.size(), false);
  result[std::size_t(tensor)] = true;
  for (std::size_t i = graph.nodes.size(); i-- > 0;)
    if (result[std::size_t(graph.nodes[i].output)])
      for (const TensorId id : graph.nodes[i].inputs)
        if (id != kNoTensor) result[std::size_t(id)] = true;
  return result;
}

}  // namespace

double Score::of(std::span<const float> values) const {
  double sum = 0;
  for (const Term& term : terms) sum += double(term.factor) * double(values[term.index]);
  return sum;
}

std::vector<float> Score::seed(std::size_t elements, int batch) const {
  std::vector<float> result(elements * std::size_t(batch));
  for (std::size_t n = 0; n < std::size_t(batch); ++n)
    for (const Term& term : terms) result[n * elements + term.index] = term.factor;
  return result;
}

Network::Network(Classifier classifier)
    : classifier_(std::move(classifier)), layers_(find_layers(model().graph, classifier_.scores().logits)) {}

Result<std::unique_ptr<Network>> Network::create(std::shared_ptr<const ModelBundle> model, int threads) {
  return create(std::move(model), std::make_shared<ThreadPool>(threads));
}

Result<std::unique_ptr<Network>> Network::create(std::shared_ptr<const ModelBundle> model,
                                                 std::shared_ptr<ThreadPool> threads) {
  WHYBOX_TRY(auto classifier, Classifier::create(std::move(model), std::move(threads)));
  return std::unique_ptr<Network>(new Network(std::move(classifier)));
}

Result<Reverse*> Network::reverse() {
  if (!reverse_) {
    WHYBOX_TRY(auto twin, float_twin(model().graph, classifier_.scores().logits));
    WHYBOX_TRY(reverse_, Reverse::create(std::make_shared<const Graph>(std::move(twin)), classifier_.engine().threads()));
  }
  return &*reverse_;
}

Result<void> Network::check(const Target& target) const {
  if (target.unit) {
    if (target.versus)
      return fail(ErrorCode::invalid_argument, "the target is a unit against class {}, wanted a unit or a class", *target.versus);
    WHYBOX_TRY(const Layer* of, layer(target.unit->layer));
    return check_unit(*target.unit, *of);
  }
  const int classes = classifier_.scores().classes;
  for (const int index : {target.index, target.versus.value_or(target.index)})
    if (index < 0 || index >= classes) return fail(ErrorCode::out_of_range, "class {}: wanted an index 0 to {}", index, classes - 1);
  if (target.versus == target.index)
    return fail(ErrorCode::invalid_argument, "class {} against itself: wanted two classes", target.index);
  return {};
}

Result<Target> Network::located(Target target, const Image& image) {
  WHYBOX_CHECK(check(target));
  if (!target.unit || target.unit->position) return target;
  WHYBOX_TRY(const Layer* of, layer(target.unit->layer));
  WHYBOX_TRY(Reverse * twin, reverse());
  WHYBOX_CHECK(twin->forward(classifier_.encoder().normalize(image), 1, Reverse::Keep::for_gradients));
  WHYBOX_TRY(const Tensor activation, twin->activation(of->tensor));
  target.unit->position = strongest(activation.values, extent_of(of->shape), target.unit->channel);
  return target;
}

Result<Score> Network::score(const Target& target) const {
  WHYBOX_CHECK(check(target));
  if (target.unit) {
    WHYBOX_TRY(const Layer* of, layer(target.unit->layer));
    const auto at = extent_of(of->shape).index(target.unit->position.value_or(Unit::Position{}), target.unit->channel);
    return Score{of->tensor, {{at, 1.0f}}};
  }
  Score score{classifier_.scores().logits, {{std::size_t(target.index), 1.0f}}};
  if (target.versus) score.terms.push_back({std::size_t(*target.versus), -1.0f});
  return score;
}

std::vector<const Layer*> Network::spatial_layers(const Target& target) const {
  const auto score = this->score(target);
  const TensorId end = score ? score->tensor : classifier_.scores().logits;
  const auto before = ancestors(model().graph, end);
  std::vector<const Layer*> result;
  for (const Layer& each : layers_)
    if (each.spatial && each.tensor != end && before[std::size_t(each.tensor)]) result.push_back(&each);
  return result;
}

Result<const Layer*> Network::layer(const std::string& name) const {
  const auto found = std::ranges::find(layers_, name, &Layer::name);
  if (found != layers_.end()) return &*found;
  std::string known;
  for (const Layer& layer : layers_) known += (known.empty() ? "" : ", ") + layer.name;
  return fail(ErrorCode::invalid_argument, "no layer \"{}\"; there are: {}", name, known);
}

Result<const Layer*> Network::default_layer(const Target& target) const {
  const auto candidates = spatial_layers(target);
  const auto pooled = [](const Layer* layer) {
    return layer->op == to_string(OpKind::average_pool_2d) || layer->op == to_string(OpKind::max_pool_2d);
  };
  for (std::size_t i = candidates.size(); i-- > 0;)
    if (!pooled(candidates[i])) return candidates[i];
  return fail(ErrorCode::invalid_argument, "{} has no layer with spatial extent",
              target.unit ? std::format("what leads to \"{}\"", target.unit->layer) : "the network");
}

}  // namespace whybox
