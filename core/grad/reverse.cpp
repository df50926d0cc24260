#include "grad/reverse.h"

#include <algorithm>
#include <cstring>

namespace whybox {
namespace {

// XNNPACK may read this many floats past the end of a gradient.
constexpr std::size_t kOverread = 32;

/// A gradient as it is gathered; empty until somebody writes it.
using Gradient = std::vector<float>;

}  // namespace

struct Reverse::State {
  explicit State(Engine e) : engine(std::move(e)), kernels(engine.graph().nodes.size()) {}

  Engine engine;
  std::vector<std::unique_ptr<ReverseKernel>> kernels;  // one per node, made when first needed

  const Graph& graph() const { return engine.graph(); }
  std::size_t count(TensorId id) const {
    return static_cast<std::size_t>(element_count(graph().tensor(id).shape)) * static_cast<std::size_t>(engine.batch());
  }
  Result<ReverseKernel*> kernel(std::size_t node);
  Result<const float*> values(TensorId id) const;
  std::vector<bool> between(TensorId to, TensorId from) const;
  Result<void> step(std::size_t index, const std::vector<bool>& on_path, const NodeStep& take, std::vector<Gradient>& gradients);
};

Reverse::Reverse(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reverse::Reverse(Reverse&&) noexcept = default;
Reverse& Reverse::operator=(Reverse&&) noexcept = default;
Reverse::~Reverse() = default;

Result<Reverse> Reverse::create(std::shared_ptr<const Graph> twin, std::shared_ptr<ThreadPool> threads) {
  WHYBOX_TRY(auto engine, Engine::create(std::move(twin), std::move(threads)));
  return Reverse(std::make_unique<State>(std::move(engine)));
}

const Graph& Reverse::graph() const { return state_->graph(); }

Result<void> Reverse::forward(std::span<const float> inputs, int batch) {
  Engine& engine = state_->engine;
  WHYBOX_CHECK(engine.plan(batch, {.everything = true}));
  const std::size_t wanted = state_->count(state_->graph().input);
  if (inputs.size() != wanted)
    return fail(ErrorCode::shape_mismatch, "input has {} values, wanted {}", inputs.size(), wanted);
  std::memcpy(engine.input(0).data(), inputs.data(), inputs.size_bytes());
  return engine.run();
}

Result<Tensor> Reverse::activation(TensorId tensor) const { return state_->engine.read(tensor); }

Result<ReverseKernel*> Reverse::State::kernel(std::size_t node) {
  if (!kernels[node]) {
    WHYBOX_TRY(kernels[node], operator_of(graph().nodes[node].kind).reverse(graph(), graph().nodes[node]));
  }
  return kernels[node].get();
}

Result<const float*> Reverse::State::values(TensorId id) const {
  WHYBOX_TRY(const auto bytes, engine.raw(id));
  return reinterpret_cast<const float*>(bytes.data());
}

/// Which tensors depend on `to`, up to `from`.
std::vector<bool> Reverse::State::between(TensorId to, TensorId from) const {
  std::vector<bool> after(graph().tensors.size(), false);
  after[static_cast<std::size_t>(to)] = true;
  for (const Node& node : graph().nodes) {
    if (node.output == to) continue;
    for (const TensorId id : node.inputs)
      if (id != kNoTensor && after[static_cast<std::size_t>(id)]) after[static_cast<std::size_t>(node.output)] = true;
    if (node.output == from) break;
  }
  return after;
}

/// Sends the signal at one node's output on to those of its inputs that lie on the path.
Result<void> Reverse::State::step(std::size_t index, const std::vector<bool>& on_path, const NodeStep& take,
                                  std::vector<Gradient>& gradients) {
  const Node& node = graph().nodes[index];
  std::vector<const float*> inputs;
  std::vector<float*> targets;
  std::vector<std::pair<TensorId, Gradient>> fresh;  // written by this node, then added to what is there
  fresh.reserve(node.inputs.size());
  for (const TensorId id : node.inputs) {
    if (id == kNoTensor || graph().tensor(id).is_constant()) continue;
    WHYBOX_TRY(const float* value, values(id));
    inputs.push_back(value);
    targets.push_back(nullptr);
    if (!on_path[static_cast<std::size_t>(id)]) continue;
    fresh.emplace_back(id, Gradient(count(id) + kOverread));
    targets.back() = fresh.back().second.data();
  }
  WHYBOX_TRY(const float* output, values(node.output));
  const VjpArguments arguments{graph(),  node,   engine.batch(), inputs, output, gradients[static_cast<std::size_t>(node.output)].data(),
                               targets, engine.threads()->get()};
  if (auto done = take(index, arguments); !done) return fail_in(place(graph(), index), std::move(done).error());
  for (auto& [id, gradient] : fresh) {
    Gradient& sum = gradients[static_cast<std::size_t>(id)];
    if (sum.empty())
      sum = std::move(gradient);
    else
      std::ranges::transform(sum, gradient, sum.begin(), std::plus{});
  }
  return {};
}

Result<void> Reverse::vjp(std::size_t node, const VjpArguments& arguments) {
  WHYBOX_TRY(ReverseKernel* kernel, state_->kernel(node));
  return kernel->vjp(arguments);
}

Result<Tensor> Reverse::gradient(TensorId from, std::span<const float> seed, TensorId to, ReluRule relu) {
  return walk(from, seed, to, [&](std::size_t node, VjpArguments arguments) {
    arguments.relu = relu;
    return vjp(node, arguments);
  });
}

Result<Tensor> Reverse::walk(TensorId from, std::span<const float> seed, TensorId to, const NodeStep& step) {
  State& s = *state_;
  if (s.engine.batch() == 0) return fail(ErrorCode::internal, "Reverse::walk before a forward pass");
  if (seed.size() != s.count(from))
    return fail(ErrorCode::shape_mismatch, "seed has {} values, wanted {}", seed.size(), s.count(from));
  const auto on_path = s.between(to, from);
  if (!on_path[static_cast<std::size_t>(from)])
    return fail(ErrorCode::invalid_argument, "layer \"{}\" does not lead to \"{}\"", s.graph().tensor(to).name,
                s.graph().tensor(from).name);

  std::vector<Gradient> gradients(s.graph().tensors.size());
  Gradient& start = gradients[static_cast<std::size_t>(from)];
  start.assign(seed.begin(), seed.end());
  start.resize(seed.size() + kOverread);
  for (std::size_t i = s.graph().nodes.size(); i-- > 0;) {
    const auto output = static_cast<std::size_t>(s.graph().nodes[i].output);
    if (s.graph().nodes[i].output == to || !on_path[output] || gradients[output].empty()) continue;
    WHYBOX_CHECK(s.step(i, on_path, step, gradients));
    gradients[output] = {};  // every reader has been visited: the memory is free again
  }

  Tensor result{s.graph().tensor(to).shape, std::move(gradients[static_cast<std::size_t>(to)])};
  result.values.resize(s.count(to));
  if (!result.shape.empty()) result.shape[0] = s.engine.batch();
  return result;
}

}  // namespace whybox
