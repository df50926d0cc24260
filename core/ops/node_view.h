#pragma once
#include <cstddef>
#include <variant>

#include "model/graph.h"

namespace whybox {

/// A node with its operands looked up: what every file in this folder reads a node through.
class NodeView {
 public:
  NodeView(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

  std::size_t input_count() const { return node_.inputs.size(); }
  bool has_input(std::size_t i) const { return i < node_.inputs.size() && node_.inputs[i] != kNoTensor; }
  const TensorInfo& input(std::size_t i) const { return graph_.tensor(node_.inputs[i]); }
  const TensorInfo& output() const { return graph_.tensor(node_.output); }
  OpKind kind() const { return node_.kind; }

  template <class A>
  const A& attributes() const {
    return std::get<A>(node_.attributes);
  }

 private:
  const Graph& graph_;
  const Node& node_;
};

/// Elements of one example.
inline std::size_t elements(const TensorInfo& tensor) { return static_cast<std::size_t>(element_count(tensor.shape)); }

/// Innermost extent: channels.
inline std::size_t channels(const TensorInfo& tensor) {
  return tensor.shape.empty() ? 1 : static_cast<std::size_t>(tensor.shape.back());
}

inline bool is_quantized(ElementType type) { return type == ElementType::i8 || type == ElementType::u8; }

}  // namespace whybox
