#pragma once
// What the reader's own files share. Nothing outside this folder includes it.
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/graph.h"
#include "tflite_generated.h"

namespace whybox {

// Limits that keep the time and memory a hostile file can cost proportional to its size. The largest network of the kinds
// named in the README (Inception-v3, EfficientNet-Lite4) stays below a tenth of each.
inline constexpr std::size_t kMaxOperators = 20'000;
inline constexpr std::size_t kMaxTensors = 100'000;
inline constexpr std::size_t kMaxOperands = 1'024;  ///< inputs of one operator
inline constexpr std::size_t kMaxRank = 8;
inline constexpr std::int64_t kMaxElements = (std::int64_t{1} << 31) - 1;

template <class T>
std::size_t size_of(const flatbuffers::Vector<T>* vector) {
  return vector ? vector->size() : 0;
}

/// One operator of the file, its indices checked, its tensors not yet read.
struct OperatorView {
  const tflite::Operator& op;
  tflite::BuiltinOperator code;
  std::string name;   ///< "CONV_2D", or the custom code of a custom operator
  std::size_t index;  ///< position in the file
  std::vector<TensorId> inputs;
  TensorId output;
};

/// Checks operator codes and tensor indices. Errors: bad_model.
Result<std::vector<OperatorView>> read_operators(const tflite::Model& model, const tflite::SubGraph& network);

/// Which of an operator's inputs stay inputs of the node, in the node's order; the others become attributes.
/// Errors: unsupported_operator, naming it and the tensor it writes.
Result<std::vector<TensorId>> node_inputs(const OperatorView& op, const tflite::SubGraph& network);

/// The node for an operator whose tensors are in `graph`. Errors: bad_model, unsupported_operator, unsupported_type.
Result<Node> read_node(const OperatorView& op, const tflite::SubGraph& network, const Graph& graph);

/// "Conv2D #12", by the operator's position in the file.
std::string place(const OperatorView& op);

/// True if the file holds the tensor's values.
bool has_data(const tflite::Model& model, const tflite::Tensor& tensor);

/// "tensor "name"", or its number if it has no name.
std::string describe(const tflite::SubGraph& network, TensorId id);

/// Reads tensors into a graph whose storage holds the file; keeps count of what they have cost.
class TensorReader {
 public:
  TensorReader(const tflite::Model& model, const tflite::SubGraph& network, Graph& graph)
      : model_(model), network_(network), graph_(graph) {}

  /// Type, shape, quantisation and values; once per tensor. Errors: bad_model, unsupported_type, not_finite.
  Result<void> read(TensorId id);
  /// Turns the constant `source` into the float32 constant `target`: a DEQUANTIZE that need not wait for a run.
  /// Errors: bad_model, not_finite.
  Result<void> dequantize(TensorId source, TensorId target);

 private:
  Result<void> read_shape(const tflite::Tensor& from, TensorInfo& to) const;
  Result<void> read_quantization(const tflite::Tensor& from, TensorInfo& to);
  Result<void> read_constant(const tflite::Tensor& from, TensorInfo& to);
  Result<void> check_finite(std::uint32_t buffer, const TensorInfo& tensor);
  std::uint64_t file_bytes() const { return graph_.storage.front()->size(); }

  const tflite::Model& model_;
  const tflite::SubGraph& network_;
  Graph& graph_;
  std::set<TensorId> read_;
  std::set<std::pair<std::uint32_t, ElementType>> finite_;
  std::map<std::uint32_t, std::span<const std::byte>> aligned_;  ///< copies of buffers that lie unaligned in the file
  std::uint64_t scales_ = 0, dequantized_bytes_ = 0;
};

}  // namespace whybox
