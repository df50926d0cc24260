#pragma once
#include "model/tflite_file.h"

namespace whybox {

/// What an attribute reader sees: the operator, and tensors already read.
struct OperatorContext {
  const OperatorView& op;
  const tflite::SubGraph& network;
  const Graph& graph;

  const TensorInfo& input(std::size_t i) const { return graph.tensor(op.inputs[i]); }
  const TensorInfo& output() const { return graph.tensor(op.output); }
};

// Each reads one kind of options and whatever constants belong to them.
// Errors: bad_model, unsupported_operator (a fused activation or a weights format), unsupported_type.
Result<Attributes> read_no_attributes(const OperatorContext& context);
Result<Attributes> read_conv_attributes(const OperatorContext& context);
Result<Attributes> read_depthwise_attributes(const OperatorContext& context);
Result<Attributes> read_transpose_conv_attributes(const OperatorContext& context);
Result<Attributes> read_pool_attributes(const OperatorContext& context);
Result<Attributes> read_fully_connected_attributes(const OperatorContext& context);
Result<Attributes> read_add_attributes(const OperatorContext& context);
Result<Attributes> read_sub_attributes(const OperatorContext& context);
Result<Attributes> read_mul_attributes(const OperatorContext& context);
Result<Attributes> read_concat_attributes(const OperatorContext& context);
Result<Attributes> read_mean_attributes(const OperatorContext& context);
Result<Attributes> read_pad_attributes(const OperatorContext& context);
Result<Attributes> read_reshape_attributes(const OperatorContext& context);
Result<Attributes> read_squeeze_attributes(const OperatorContext& context);
Result<Attributes> read_expand_dims_attributes(const OperatorContext& context);
Result<Attributes> read_softmax_attributes(const OperatorContext& context);
Result<Attributes> read_leaky_relu_attributes(const OperatorContext& context);
Result<Attributes> read_resize_bilinear_attributes(const OperatorContext& context);
Result<Attributes> read_resize_nearest_attributes(const OperatorContext& context);

}  // namespace whybox
