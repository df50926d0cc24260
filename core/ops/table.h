#pragma once
#include "ops/op.h"

namespace whybox {

extern const Operator kConv2d, kTransposeConv, kFullyConnected, kBinary, kConcatenation, kAveragePool, kMaxPool, kMean,
    kPad, kReshape, kSoftmax, kUnary, kPrelu, kResize, kConvert;

}  // namespace whybox
