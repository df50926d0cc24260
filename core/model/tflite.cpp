// Reads a .tflite file into a Graph: the FlatBuffers verifier first, then what the outputs need, operator by operator.
#include <algorithm>
#include <iterator>

#include "model/bundle.h"
#include "model/text.h"
#include "model/tflite_file.h"

namespace whybox {
namespace {

// The format nests five tables deep (model, subgraph, operator, options); a large network has some thousands of tables.
constexpr flatbuffers::uoffset_t kMaxTableDepth = 16;
constexpr flatbuffers::uoffset_t kMaxTables = 500'000;
constexpr std::uint32_t kFormatVersion = 3;
/// Weights that several nodes share count once for each, since each packs its own; legitimate sharing stays well below.
constexpr std::uint64_t kSmallModelBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kMaxWeightSharing = 8;

// ---- the container -----------------------------------------------------------------------------------------------------

/// What a file that is no model seems to be, for a message that helps.
std::string_view guess_contents(std::string_view start) {
  if (start.starts_with("version https://git-lfs")) return "; it is a Git LFS pointer, fetch the file it stands for";
  if (start.starts_with("\x89HDF")) return "; it is a Keras HDF5 file, convert it to .tflite first";
  const auto first = start.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && start[first] == '<')
    return "; it is a web page, the link led to one instead of the model";
  return "";
}

Result<void> check_identifier(std::span<const std::byte> file) {
  if (file.size() < 8) return fail(ErrorCode::bad_model, "not a TensorFlow Lite file: it has {} bytes", file.size());
  const std::string_view start(reinterpret_cast<const char*>(file.data()), std::min<std::size_t>(file.size(), 256));
  if (start.substr(4, 4) == tflite::ModelIdentifier()) return {};
  return fail(ErrorCode::bad_model, "not a TensorFlow Lite file: identifier \"{}\" at byte 4, wanted \"{}\"{}",
              printable(start.substr(4, 4)), tflite::ModelIdentifier(), guess_contents(start));
}

Result<const tflite::Model*> verified_model(std::span<const std::byte> file) {
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(file.data()), file.size(), kMaxTableDepth,
                                 kMaxTables);
  if (!tflite::VerifyModelBuffer(verifier))
    return fail(ErrorCode::bad_model,
                "the TensorFlow Lite file is damaged or cut off ({} bytes): an offset in it leads nowhere",
                file.size());
  const tflite::Model* model = tflite::GetModel(file.data());
  if (model->version() != kFormatVersion)
    return fail(ErrorCode::bad_model, "the file's format version is {}, wanted {}", model->version(), kFormatVersion);
  if (size_of(model->subgraphs()) == 0) return fail(ErrorCode::bad_model, "the file holds no network (no subgraph)");
  return model;
}

// ---- inputs and outputs ------------------------------------------------------------------------------------------------

Result<TensorId> checked_id(int id, std::string_view role, std::size_t tensors) {
  if (id >= 0 && static_cast<std::size_t>(id) < tensors) return id;
  return fail(ErrorCode::bad_model, "the network's {} is tensor {}, it has {} tensors", role, id, tensors);
}

Result<void> read_ends(const tflite::SubGraph& network, Graph& graph) {
  const std::size_t tensors = size_of(network.tensors());
  if (tensors > kMaxTensors)
    return fail(ErrorCode::bad_model, "the network has {} tensors, at most {} are allowed", tensors, kMaxTensors);
  if (size_of(network.inputs()) != 1) {
    std::string found;
    for (flatbuffers::uoffset_t i = 0; i < std::min<std::size_t>(size_of(network.inputs()), 4); ++i) {
      WHYBOX_TRY(const TensorId id, checked_id(network.inputs()->Get(i), "input", tensors));
      found += (i ? ", " : ": ") + describe(network, id);
    }
    return fail(ErrorCode::bad_model, "the network has {} inputs{}; one is wanted, the image",
                size_of(network.inputs()), found);
  }
  WHYBOX_TRY(graph.input, checked_id(network.inputs()->Get(0), "input", tensors));
  if (size_of(network.outputs()) == 0) return fail(ErrorCode::bad_model, "the network has no output");
  if (size_of(network.outputs()) > kMaxOperands)
    return fail(ErrorCode::bad_model, "the network has {} outputs, at most {} are allowed", size_of(network.outputs()),
                kMaxOperands);
  for (const int output : *network.outputs()) {
    WHYBOX_TRY(const TensorId id, checked_id(output, "output", tensors));
    graph.outputs.push_back(id);
  }
  return {};
}

/// The input must be a picture of a size that is fixed: [1, H, W, C].
Result<void> check_image_input(const tflite::SubGraph& network, const Graph& graph) {
  const TensorInfo& input = graph.tensor(graph.input);
  if (input.is_constant())
    return fail(ErrorCode::bad_model, "the network's input, tensor \"{}\", is a constant", input.name);
  if (input.shape.size() != 4)
    return fail(ErrorCode::bad_model, "the network's input, tensor \"{}\", has shape {}; wanted an image [1, H, W, C]",
                input.name, to_string(input.shape));
  const auto* signature = network.tensors()->Get(static_cast<flatbuffers::uoffset_t>(graph.input))->shape_signature();
  for (flatbuffers::uoffset_t axis = 1; axis < size_of(signature); ++axis)
    if (signature->Get(axis) < 0)
      return fail(ErrorCode::bad_model,
                  "the network's input, tensor \"{}\", leaves axis {} open; export the model with a fixed image size",
                  input.name, axis);
  if (input.shape[0] != 1)
    return fail(ErrorCode::bad_model,
                "the network's input, tensor \"{}\", has shape {}; wanted one image at a time, [1, H, W, C]",
                input.name, to_string(input.shape));
  return {};
}

// ---- the graph ---------------------------------------------------------------------------------------------------------

/// Who writes each tensor; kNoWriter for those that nobody writes.
constexpr std::size_t kNoWriter = static_cast<std::size_t>(-1);

Result<std::vector<std::size_t>> find_writers(const std::vector<OperatorView>& ops, const tflite::SubGraph& network) {
  std::vector<std::size_t> writers(size_of(network.tensors()), kNoWriter);
  for (const OperatorView& op : ops)
    for (const int output : *op.op.outputs()) {
      WHYBOX_TRY(const TensorId id, checked_id(output, std::format("operator #{}'s output", op.index), writers.size()));
      std::size_t& writer = writers[static_cast<std::size_t>(id)];
      if (writer != kNoWriter)
        return fail(ErrorCode::bad_model, "{} is written twice, by {} and by {}", describe(network, id),
                    place(ops[writer]), place(op));
      writer = op.index;
    }
  return writers;
}

/// Operators the outputs depend on, in file order. Those that only compute a shape, which the file declares anyway, drop out:
/// converters leave SHAPE, STRIDED_SLICE and PACK before a RESHAPE.
Result<std::vector<std::size_t>> needed_operators(const std::vector<OperatorView>& ops, const tflite::SubGraph& network,
                                                  const Graph& graph) {
  WHYBOX_TRY(const auto writers, find_writers(ops, network));
  std::vector<bool> needed(ops.size(), false);
  std::vector<TensorId> waiting = graph.outputs;
  while (!waiting.empty()) {
    const std::size_t writer = writers[static_cast<std::size_t>(waiting.back())];
    waiting.pop_back();
    if (writer == kNoWriter || needed[writer]) continue;
    needed[writer] = true;
    // An operator that is not supported is reported in its turn; until then it needs whatever it names.
    const auto inputs = node_inputs(ops[writer], network).value_or(ops[writer].inputs);
    std::ranges::copy_if(inputs, std::back_inserter(waiting), [](TensorId id) { return id != kNoTensor; });
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < ops.size(); ++i)
    if (needed[i]) order.push_back(i);
  return order;
}

/// Builds the nodes one after the other, so that what a node reads is there when its turn comes.
class GraphBuilder {
 public:
  GraphBuilder(const tflite::Model& model, const tflite::SubGraph& network, Graph& graph)
      : model_(model),
        network_(network),
        graph_(graph),
        tensors_(model, network, graph),
        written_(graph.tensors.size(), false) {}

  Result<void> begin() {
    WHYBOX_CHECK(tensors_.read(graph_.input));
    WHYBOX_CHECK(check_image_input(network_, graph_));
    written_[static_cast<std::size_t>(graph_.input)] = true;
    return {};
  }

  Result<void> append(const OperatorView& op) {
    WHYBOX_TRY(const auto inputs, node_inputs(op, network_));
    for (const TensorId id : op.inputs) {
      const bool operand = std::ranges::find(inputs, id) != inputs.end();
      const bool constant = has_data(model_, *network_.tensors()->Get(static_cast<flatbuffers::uoffset_t>(id)));
      if (operand || constant) WHYBOX_CHECK(tensors_.read(id));
    }
    WHYBOX_CHECK(tensors_.read(op.output));
    WHYBOX_CHECK(check_order(op, inputs));
    written_[static_cast<std::size_t>(op.output)] = true;
    if (op.code == tflite::BuiltinOperator::DEQUANTIZE && graph_.tensor(inputs[0]).is_constant())
      return tensors_.dequantize(inputs[0], op.output);
    return append_node(op);
  }

  Result<void> finish() const {
    for (const TensorId id : graph_.outputs)
      if (graph_.tensor(id).is_constant() || id == graph_.input || !written_[static_cast<std::size_t>(id)])
        return fail(ErrorCode::bad_model, "the network's output, {}, is computed by no operator",
                    describe(network_, id));
    return {};
  }

 private:
  Result<void> check_order(const OperatorView& op, const std::vector<TensorId>& inputs) const {
    for (const TensorId id : inputs)
      if (!graph_.tensor(id).is_constant() && !written_[static_cast<std::size_t>(id)])
        return fail(ErrorCode::bad_model, "{} is read by {} before anything writes it", describe(network_, id),
                    place(op));
    if (op.output == graph_.input || graph_.tensor(op.output).is_constant())
      return fail(ErrorCode::bad_model, "{} is written by {}, but it is {}", describe(network_, op.output), place(op),
                  op.output == graph_.input ? "the network's input" : "a constant");
    return {};
  }

  Result<void> append_node(const OperatorView& op) {
    WHYBOX_TRY(auto node, read_node(op, network_, graph_));
    bool all_constant = true;
    for (const TensorId id : node.inputs) {
      all_constant = all_constant && graph_.tensor(id).is_constant();
      constant_bytes_ += graph_.tensor(id).constant.size();
    }
    if (all_constant) return fail(ErrorCode::unsupported_operator, "{}: all its inputs are constants", place(op));
    if (constant_bytes_ > std::max(kSmallModelBytes, kMaxWeightSharing * graph_.storage.front()->size()))
      return fail(ErrorCode::bad_model,
                  "{}: the operators up to here use {} bytes of weights, far more than the file has", place(op),
                  constant_bytes_);
    graph_.nodes.push_back(std::move(node));
    return {};
  }

  const tflite::Model& model_;
  const tflite::SubGraph& network_;
  Graph& graph_;
  TensorReader tensors_;
  std::vector<bool> written_;  ///< by tensor
  std::uint64_t constant_bytes_ = 0;
};

}  // namespace

Result<Graph> read_tflite(std::span<const std::byte> file) {
  WHYBOX_CHECK(check_identifier(file));
  Graph graph;
  WHYBOX_TRY(const tflite::Model* model, verified_model(store(graph, file)));
  const tflite::SubGraph& network = *model->subgraphs()->Get(0);
  WHYBOX_CHECK(read_ends(network, graph));
  graph.tensors.resize(size_of(network.tensors()));
  for (flatbuffers::uoffset_t i = 0; i < graph.tensors.size(); ++i) {
    const auto* name = network.tensors()->Get(i)->name();
    graph.tensors[i].name = size_of(name) > 0 ? printable(name->string_view()) : std::format("#{}", i);
  }

  WHYBOX_TRY(const auto ops, read_operators(*model, network));
  WHYBOX_TRY(const auto order, needed_operators(ops, network, graph));
  GraphBuilder builder(*model, network, graph);
  WHYBOX_CHECK(builder.begin());
  for (const std::size_t i : order) WHYBOX_CHECK(builder.append(ops[i]));
  WHYBOX_CHECK(builder.finish());
  return graph;
}

}  // namespace whybox
