#pragma once
#include <xnnpack.h>

#include <functional>
#include <memory>

#include "ops/kernel.h"

// The only header beside the lowerings themselves that sees XNNPACK.
namespace whybox {

struct XnnDelete {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using XnnOperator = std::unique_ptr<xnn_operator, XnnDelete>;

/// Errors: out_of_memory, unsupported_type, internal, with the call's name.
Result<void> check(xnn_status status, std::string_view call);

/// Prepares XNNPACK once; cheap afterwards.
Result<void> initialize_xnnpack();

using XnnReshape = std::function<xnn_status(xnn_operator_t op, std::size_t batch, std::size_t* workspace_bytes,
                                            pthreadpool_t threads)>;
using XnnSetup = std::function<xnn_status(xnn_operator_t op, const Buffers& buffers)>;

/// A kernel that is one XNNPACK operator.
std::unique_ptr<Kernel> make_xnn_kernel(XnnOperator op, XnnReshape reshape, XnnSetup setup);

/// Calls `create(&raw)` and owns the result.
template <class Create>
Result<XnnOperator> create_xnn(std::string_view call, const Create& create) {
  WHYBOX_CHECK(initialize_xnnpack());
  xnn_operator_t raw = nullptr;
  WHYBOX_CHECK(check(create(&raw), call));
  return XnnOperator(raw);
}

template <class T>
const T* input_as(const Buffers& buffers, std::size_t i) {
  return reinterpret_cast<const T*>(buffers.inputs[i]);
}
template <class T>
T* output_as(const Buffers& buffers) {
  return reinterpret_cast<T*>(buffers.output);
}

}  // namespace whybox
