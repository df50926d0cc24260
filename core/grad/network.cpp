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

}  // namespace

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

Result<const Layer*> Network::layer(const std::string& name) const {
  if (!name.empty()) {
    const auto found = std::ranges::find(layers_, name, &Layer::name);
    if (found != layers_.end()) return &*found;
    std::string known;
    for (const Layer& layer : layers_) known += (known.empty() ? "" : ", ") + layer.name;
    return fail(ErrorCode::invalid_argument, "no layer \"{}\"; there are: {}", name, known);
  }
  const auto pooled = [](const Layer& layer) {
    return layer.op == to_string(OpKind::average_pool_2d) || layer.op == to_string(OpKind::max_pool_2d);
  };
  for (std::size_t i = layers_.size(); i-- > 0;)
    if (layers_[i].spatial && !pooled(layers_[i])) return &layers_[i];
  return fail(ErrorCode::invalid_argument, "the network has no layer with spatial extent");
}

}  // namespace whybox
