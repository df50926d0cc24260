#include "ops/op.h"

#include "ops/table.h"

namespace whybox {

const Operator& operator_of(OpKind kind) {
  switch (kind) {
    case OpKind::conv_2d:
    case OpKind::depthwise_conv_2d: return kConv2d;
    case OpKind::transpose_conv: return kTransposeConv;
    case OpKind::fully_connected: return kFullyConnected;
    case OpKind::add:
    case OpKind::sub:
    case OpKind::mul: return kBinary;
    case OpKind::concatenation: return kConcatenation;
    case OpKind::average_pool_2d: return kAveragePool;
    case OpKind::max_pool_2d: return kMaxPool;
    case OpKind::mean: return kMean;
    case OpKind::pad: return kPad;
    case OpKind::reshape: return kReshape;
    case OpKind::softmax: return kSoftmax;
    case OpKind::logistic:
    case OpKind::tanh:
    case OpKind::relu:
    case OpKind::relu6:
    case OpKind::relu_n1_to_1:
    case OpKind::hard_swish:
    case OpKind::leaky_relu: return kUnary;
    case OpKind::prelu: return kPrelu;
    case OpKind::resize_bilinear:
    case OpKind::resize_nearest: return kResize;
    case OpKind::quantize:
    case OpKind::dequantize: return kConvert;
  }
  return kReshape;  // unreachable: every enumerator returned above
}

}  // namespace whybox
