#include "ops/xnn.h"

namespace whybox {
namespace {

class XnnKernel final : public Kernel {
 public:
  XnnKernel(XnnOperator op, XnnReshape reshape, XnnSetup setup)
      : op_(std::move(op)), reshape_(std::move(reshape)), setup_(std::move(setup)) {}

  Result<std::size_t> reshape(int batch, pthreadpool* threads) override {
    std::size_t workspace = 0;
    WHYBOX_CHECK(check(reshape_(op_.get(), static_cast<std::size_t>(batch), &workspace, threads), "xnn_reshape"));
    return workspace;
  }
  Result<void> bind(const Buffers& buffers) override { return check(setup_(op_.get(), buffers), "xnn_setup"); }
  Result<void> run(pthreadpool* threads) override { return check(xnn_run_operator(op_.get(), threads), "xnn_run"); }

 private:
  XnnOperator op_;
  XnnReshape reshape_;
  XnnSetup setup_;
};

}  // namespace

Result<void> check(xnn_status status, std::string_view call) {
  switch (status) {
    case xnn_status_success: return {};
    case xnn_status_out_of_memory: return fail(ErrorCode::out_of_memory, "{}: no memory left", call);
    case xnn_status_unsupported_parameter:
      return fail(ErrorCode::unsupported_type, "{}: a parameter is outside what XNNPACK supports", call);
    case xnn_status_unsupported_hardware:
      return fail(ErrorCode::internal, "{}: this processor lacks what XNNPACK needs", call);
    default: return fail(ErrorCode::internal, "{}: XNNPACK status {}", call, static_cast<int>(status));
  }
}

Result<void> initialize_xnnpack() {
  static const xnn_status status = xnn_initialize(nullptr);
  return check(status, "xnn_initialize");
}

std::unique_ptr<Kernel> make_xnn_kernel(XnnOperator op, XnnReshape reshape, XnnSetup setup) {
  return std::make_unique<XnnKernel>(std::move(op), std::move(reshape), std::move(setup));
}

}  // namespace whybox
