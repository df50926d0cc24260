#include "ops/kernel.h"

#include <algorithm>
#include <cmath>

#include "ops/quantized.h"

namespace whybox {
namespace {

// Operands of the inner kernel of a detour start at cache lines.
constexpr std::size_t kAlignment = 64;
// XNNPACK may read this far past the end of an operand.
constexpr std::size_t kOverread = 128;

std::size_t padded(std::size_t bytes) { return (bytes + kOverread + kAlignment - 1) / kAlignment * kAlignment; }

class FunctionKernel final : public Kernel {
 public:
  explicit FunctionKernel(RunFunction run) : run_(std::move(run)) {}
  Result<std::size_t> reshape(int batch, pthreadpool*) override {
    batch_ = batch;
    return std::size_t{0};
  }
  Result<void> bind(const Buffers& buffers) override {
    inputs_.assign(buffers.inputs.begin(), buffers.inputs.end());
    buffers_ = {inputs_, buffers.output, buffers.workspace};
    return {};
  }
  Result<void> run(pthreadpool* threads) override {
    run_(batch_, buffers_, threads);
    return {};
  }

 private:
  RunFunction run_;
  int batch_ = 1;
  std::vector<const std::byte*> inputs_;
  Buffers buffers_;
};

class FloatDetour final : public Kernel {
 public:
  FloatDetour(std::vector<TensorInfo> inputs, TensorInfo output, std::unique_ptr<Kernel> inner)
      : inputs_(std::move(inputs)), output_(std::move(output)), inner_(std::move(inner)) {}

  Result<std::size_t> reshape(int batch, pthreadpool* threads) override {
    batch_ = static_cast<std::size_t>(batch);
    WHYBOX_TRY(inner_workspace_, inner_->reshape(batch, threads));
    std::size_t total = padded(inner_workspace_) + padded(elements(output_) * batch_ * sizeof(float));
    for (const TensorInfo& input : inputs_) total += padded(elements(input) * batch_ * sizeof(float));
    return total;
  }

  Result<void> bind(const Buffers& buffers) override {
    stored_inputs_.assign(buffers.inputs.begin(), buffers.inputs.end());
    stored_output_ = buffers.output;
    std::byte* next = buffers.workspace + padded(inner_workspace_);
    float_inputs_.clear();
    std::vector<const std::byte*> operands;
    for (const TensorInfo& input : inputs_) {
      float_inputs_.push_back(reinterpret_cast<float*>(next));
      operands.push_back(next);
      next += padded(elements(input) * batch_ * sizeof(float));
    }
    float_output_ = reinterpret_cast<float*>(next);
    return inner_->bind({operands, next, buffers.workspace});
  }

  Result<void> run(pthreadpool* threads) override {
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      dequantize(inputs_[i], stored_inputs_[i], float_inputs_[i], elements(inputs_[i]) * batch_);
    WHYBOX_CHECK(inner_->run(threads));
    quantize(output_, float_output_, stored_output_, elements(output_) * batch_);
    return {};
  }

 private:
  std::vector<TensorInfo> inputs_;
  TensorInfo output_;
  std::unique_ptr<Kernel> inner_;
  std::size_t batch_ = 1, inner_workspace_ = 0;
  std::vector<const std::byte*> stored_inputs_;
  std::byte* stored_output_ = nullptr;
  std::vector<float*> float_inputs_;
  float* float_output_ = nullptr;
};

class Clamped final : public Kernel {
 public:
  Clamped(TensorInfo output, Activation activation, std::unique_ptr<Kernel> inner)
      : output_(std::move(output)), activation_(activation), inner_(std::move(inner)) {}

  Result<std::size_t> reshape(int batch, pthreadpool* threads) override {
    count_ = elements(output_) * static_cast<std::size_t>(batch);
    return inner_->reshape(batch, threads);
  }
  Result<void> bind(const Buffers& buffers) override {
    stored_ = buffers.output;
    return inner_->bind(buffers);
  }
  Result<void> run(pthreadpool* threads) override {
    WHYBOX_CHECK(inner_->run(threads));
    with_element_type(output_.type, [&]<class T>() { clamp<T>(); });
    return {};
  }

 private:
  template <class T>
  void clamp() {
    T low, high;
    if constexpr (std::is_same_v<T, float>) {
      low = range_of(activation_).min, high = range_of(activation_).max;
    } else {
      const ByteRange range = range_of(activation_, output_);
      low = static_cast<T>(range.min), high = static_cast<T>(range.max);
    }
    T* values = reinterpret_cast<T*>(stored_);
    for (std::size_t i = 0; i < count_; ++i) values[i] = std::min(std::max(values[i], low), high);
  }

  TensorInfo output_;
  Activation activation_;
  std::unique_ptr<Kernel> inner_;
  std::size_t count_ = 0;
  std::byte* stored_ = nullptr;
};

class FunctionReverse final : public ReverseKernel {
 public:
  explicit FunctionReverse(VjpFunction vjp) : vjp_(std::move(vjp)) {}
  Result<void> vjp(const VjpArguments& arguments) override { return vjp_(arguments); }

 private:
  VjpFunction vjp_;
};

}  // namespace

std::unique_ptr<Kernel> make_kernel(RunFunction run) { return std::make_unique<FunctionKernel>(std::move(run)); }

std::unique_ptr<Kernel> make_float_detour(const Graph& graph, const Node& node, std::unique_ptr<Kernel> float_kernel) {
  std::vector<TensorInfo> inputs;
  for (const TensorId id : node.inputs)
    if (id != kNoTensor && !graph.tensor(id).is_constant()) inputs.push_back(graph.tensor(id));
  return std::make_unique<FloatDetour>(std::move(inputs), graph.tensor(node.output), std::move(float_kernel));
}

std::unique_ptr<Kernel> make_clamped(const TensorInfo& output, Activation activation, std::unique_ptr<Kernel> kernel) {
  if (activation == Activation::none) return kernel;
  return std::make_unique<Clamped>(output, activation, std::move(kernel));
}

std::unique_ptr<ReverseKernel> make_reverse(VjpFunction vjp) { return std::make_unique<FunctionReverse>(std::move(vjp)); }

}  // namespace whybox
