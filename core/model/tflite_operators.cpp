// Operators of a .tflite file: their indices, and the table that says what becomes of each.
#include <algorithm>
#include <array>

#include "model/text.h"
#include "model/tflite_attributes.h"

namespace whybox {
namespace {

using Code = tflite::BuiltinOperator;

// ---- the table ---------------------------------------------------------------------------------------------------------

constexpr int kNone = -1;
constexpr int kEvery = -2;  ///< every input stays an input

struct Rule {
  Code code;
  OpKind kind;
  std::size_t min_inputs, max_inputs;
  std::array<int, 3> operands;  ///< the file's inputs that stay inputs of the node, in the node's order
  Result<Attributes> (*attributes)(const OperatorContext&);
};

/// TRANSPOSE_CONV alone has its data third: (output shape, weights, data[, bias]).
constexpr Rule kRules[] = {
    {Code::CONV_2D, OpKind::conv_2d, 2, 3, {0, 1, 2}, read_conv_attributes},
    {Code::DEPTHWISE_CONV_2D, OpKind::depthwise_conv_2d, 2, 3, {0, 1, 2}, read_depthwise_attributes},
    {Code::TRANSPOSE_CONV, OpKind::transpose_conv, 3, 4, {2, 1, 3}, read_transpose_conv_attributes},
    {Code::FULLY_CONNECTED, OpKind::fully_connected, 2, 3, {0, 1, 2}, read_fully_connected_attributes},
    {Code::ADD, OpKind::add, 2, 2, {0, 1, kNone}, read_add_attributes},
    {Code::SUB, OpKind::sub, 2, 2, {0, 1, kNone}, read_sub_attributes},
    {Code::MUL, OpKind::mul, 2, 2, {0, 1, kNone}, read_mul_attributes},
    {Code::CONCATENATION, OpKind::concatenation, 1, kMaxOperands, {kEvery, kNone, kNone}, read_concat_attributes},
    {Code::AVERAGE_POOL_2D, OpKind::average_pool_2d, 1, 1, {0, kNone, kNone}, read_pool_attributes},
    {Code::MAX_POOL_2D, OpKind::max_pool_2d, 1, 1, {0, kNone, kNone}, read_pool_attributes},
    {Code::MEAN, OpKind::mean, 2, 2, {0, kNone, kNone}, read_mean_attributes},
    {Code::PAD, OpKind::pad, 2, 2, {0, kNone, kNone}, read_pad_attributes},
    {Code::PADV2, OpKind::pad, 3, 3, {0, kNone, kNone}, read_pad_attributes},
    {Code::RESHAPE, OpKind::reshape, 1, 2, {0, kNone, kNone}, read_reshape_attributes},
    {Code::SQUEEZE, OpKind::reshape, 1, 1, {0, kNone, kNone}, read_squeeze_attributes},
    {Code::EXPAND_DIMS, OpKind::reshape, 2, 2, {0, kNone, kNone}, read_expand_dims_attributes},
    {Code::SOFTMAX, OpKind::softmax, 1, 1, {0, kNone, kNone}, read_softmax_attributes},
    {Code::LOGISTIC, OpKind::logistic, 1, 1, {0, kNone, kNone}, read_no_attributes},
    {Code::TANH, OpKind::tanh, 1, 1, {0, kNone, kNone}, read_no_attributes},
    {Code::RELU, OpKind::relu, 1, 1, {0, kNone, kNone}, read_no_attributes},
    {Code::RELU6, OpKind::relu6, 1, 1, {0, kNone, kNone}, read_no_attributes},
    {Code::RELU_N1_TO_1, OpKind::relu_n1_to_1, 1, 1, {0, kNone, kNone}, read_no_attributes},
    {Code::HARD_SWISH, OpKind::hard_swish, 1, 1, {0, kNone, kNone}, read_no_attributes},
    {Code::LEAKY_RELU, OpKind::leaky_relu, 1, 1, {0, kNone, kNone}, read_leaky_relu_attributes},
    {Code::PRELU, OpKind::prelu, 2, 2, {0, 1, kNone}, read_no_attributes},
    {Code::RESIZE_BILINEAR, OpKind::resize_bilinear, 2, 2, {0, kNone, kNone}, read_resize_bilinear_attributes},
    {Code::RESIZE_NEAREST_NEIGHBOR, OpKind::resize_nearest, 2, 2, {0, kNone, kNone}, read_resize_nearest_attributes},
    {Code::QUANTIZE, OpKind::quantize, 1, 1, {0, kNone, kNone}, read_no_attributes},
    {Code::DEQUANTIZE, OpKind::dequantize, 1, 1, {0, kNone, kNone}, read_no_attributes},
};

const Rule* find_rule(Code code) {
  const auto* rule = std::ranges::find(kRules, code, &Rule::code);
  return rule == std::end(kRules) ? nullptr : rule;
}

std::vector<TensorId> operands(const Rule& rule, const OperatorView& op) {
  if (rule.operands.front() == kEvery) return op.inputs;
  std::vector<TensorId> chosen;
  for (const int i : rule.operands)
    if (i != kNone && static_cast<std::size_t>(i) < op.inputs.size())
      chosen.push_back(op.inputs[static_cast<std::size_t>(i)]);
  return chosen;
}

// ---- indices -----------------------------------------------------------------------------------------------------------

Result<void> read_code(const tflite::Model& model, OperatorView& view) {
  const std::size_t codes = size_of(model.operator_codes());
  if (view.op.opcode_index() >= codes)
    return fail(ErrorCode::bad_model, "operator #{} wants operator code {}, the file has {}", view.index,
                view.op.opcode_index(), codes);
  const tflite::OperatorCode& code = *model.operator_codes()->Get(view.op.opcode_index());
  // Codes up to 126 once had one byte; files fill either field or both.
  view.code = std::max(static_cast<Code>(code.deprecated_builtin_code()), code.builtin_code());
  const char* name = tflite::EnumNameBuiltinOperator(view.code);
  view.name = *name ? name : std::format("number {}", static_cast<int>(view.code));
  if (view.code == Code::CUSTOM && code.custom_code()) view.name = printable(code.custom_code()->string_view());
  return {};
}

Result<TensorId> checked_tensor(const OperatorView& view, int id, std::string_view role, std::size_t tensors) {
  if (id >= 0 && static_cast<std::size_t>(id) < tensors) return id;
  return fail(ErrorCode::bad_model, "{}: its {} is tensor {}, the network has {} tensors", place(view), role, id,
              tensors);
}

Result<void> read_indices(const tflite::SubGraph& network, OperatorView& view) {
  const std::size_t tensors = size_of(network.tensors());
  if (size_of(view.op.inputs()) > kMaxOperands)
    return fail(ErrorCode::bad_model, "{} has {} inputs, at most {} are allowed", place(view), view.op.inputs()->size(),
                kMaxOperands);
  for (flatbuffers::uoffset_t i = 0; i < size_of(view.op.inputs()); ++i) {
    const TensorId id = view.op.inputs()->Get(i);
    if (id != kNoTensor) WHYBOX_CHECK(checked_tensor(view, id, std::format("input {}", i), tensors));
    view.inputs.push_back(id);
  }
  while (!view.inputs.empty() && view.inputs.back() == kNoTensor) view.inputs.pop_back();  // a bias that is not there
  view.output = size_of(view.op.outputs()) > 0 ? view.op.outputs()->Get(0) : kNoTensor;
  WHYBOX_CHECK(checked_tensor(view, view.output, "output", tensors));
  return {};
}

Result<void> check_operands(const Rule& rule, const OperatorView& op) {
  if (op.inputs.size() < rule.min_inputs || op.inputs.size() > rule.max_inputs)
    return fail(ErrorCode::bad_model, "{} has {} inputs, wanted {}", place(op), op.inputs.size(),
                rule.min_inputs == rule.max_inputs ? std::to_string(rule.min_inputs)
                                                   : std::format("{} to {}", rule.min_inputs, rule.max_inputs));
  if (const auto absent = std::ranges::find(op.inputs, kNoTensor); absent != op.inputs.end())
    return fail(ErrorCode::bad_model, "{}: its input {} is absent", place(op), absent - op.inputs.begin());
  if (op.op.outputs()->size() != 1)
    return fail(ErrorCode::bad_model, "{} has {} outputs, wanted 1", place(op), op.op.outputs()->size());
  return {};
}

}  // namespace

Result<std::vector<OperatorView>> read_operators(const tflite::Model& model, const tflite::SubGraph& network) {
  const std::size_t count = size_of(network.operators());
  if (count > kMaxOperators)
    return fail(ErrorCode::bad_model, "the network has {} operators, at most {} are allowed", count, kMaxOperators);
  std::vector<OperatorView> views;
  views.reserve(count);
  for (flatbuffers::uoffset_t i = 0; i < count; ++i) {
    OperatorView& view = views.emplace_back(OperatorView{*network.operators()->Get(i), {}, {}, i, {}, kNoTensor});
    WHYBOX_CHECK(read_code(model, view));
    WHYBOX_CHECK(read_indices(network, view));
  }
  return views;
}

std::string place(const OperatorView& op) {
  const Rule* rule = find_rule(op.code);
  const bool renamed = op.code == Code::PADV2 || op.code == Code::SQUEEZE || op.code == Code::EXPAND_DIMS;
  return std::format("{} #{}", rule && !renamed ? display_name(rule->kind) : op.name, op.index);
}

Result<std::vector<TensorId>> node_inputs(const OperatorView& op, const tflite::SubGraph& network) {
  const Rule* rule = find_rule(op.code);
  if (!rule)
    return fail(ErrorCode::unsupported_operator, "operator {} (#{}, writes {}) is not supported", op.name, op.index,
                describe(network, op.output));
  WHYBOX_CHECK(check_operands(*rule, op));
  return operands(*rule, op);
}

Result<Node> read_node(const OperatorView& op, const tflite::SubGraph& network, const Graph& graph) {
  const Rule& rule = *find_rule(op.code);
  Node node{rule.kind, operands(rule, op), op.output, {}};
  WHYBOX_TRY(node.attributes, rule.attributes({op, network, graph}));
  return node;
}

}  // namespace whybox
