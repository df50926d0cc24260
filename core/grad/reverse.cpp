#include "grad/reverse.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "engine/arena.h"

namespace whybox {
namespace {

constexpr int kForever = std::numeric_limits<int>::max();

/// Where a node writes what it sends to one of its inputs.
struct Destination {
  std::size_t piece;       ///< index into Schedule::pieces
  std::size_t sum;         ///< piece that it is added to afterwards; the same where it is the first to arrive
};

struct Visit {
  std::size_t node;
  std::size_t signal;                                    ///< piece that holds what has arrived at its output
  std::vector<std::optional<Destination>> destinations;  ///< per activation that it reads; nothing off the way
};

/// One walk from a tensor down to another: who is visited when, and where in one arena every signal lies while it is needed.
struct Schedule {
  TensorId from = kNoTensor, to = kNoTensor;
  int batch = 0;
  std::vector<Visit> visits;
  std::vector<Lifetime> pieces;
  std::size_t start = 0, end = 0;  ///< pieces of `from` and `to`
};

}  // namespace

struct Reverse::State {
  explicit State(Engine e) : engine(std::move(e)), kernels(engine.graph().nodes.size()) {}

  Engine engine;
  Keep kept = Keep::everything;
  std::vector<std::unique_ptr<ReverseKernel>> kernels;  // one per node, made when first needed
  Schedule schedule;                                    // of the last walk
  Arena signals;

  const Graph& graph() const { return engine.graph(); }
  std::size_t count(TensorId id) const {
    return static_cast<std::size_t>(element_count(graph().tensor(id).shape)) * static_cast<std::size_t>(engine.batch());
  }
  float* signal(std::size_t piece) const { return reinterpret_cast<float*>(signals.data() + schedule.pieces[piece].offset); }
  std::vector<TensorId> before_activations() const;
  Result<ReverseKernel*> kernel(std::size_t node);
  const float* values(const Node& node, TensorId id) const;
  std::vector<bool> between(TensorId to, TensorId from) const;
  Schedule planned(TensorId from, TensorId to, const std::vector<bool>& on_path) const;
  Result<void> take(const Visit& visit, const NodeStep& step) const;
  Result<Tensor> walk(TensorId from, std::span<const float> seed, TensorId to, const NodeStep& step);
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

std::vector<TensorId> Reverse::State::before_activations() const {
  std::vector<TensorId> ids;
  for (const Node& node : graph().nodes)
    if (graph().tensor(node.output).name.ends_with(kBeforeActivation)) ids.push_back(node.output);
  return ids;
}

Result<void> Reverse::forward(std::span<const float> inputs, int batch, Keep keep) {
  Engine& engine = state_->engine;
  const bool all = keep == Keep::everything;
  WHYBOX_CHECK(engine.plan(batch, {.everything = true, .expendable = all ? std::vector<TensorId>{} : state_->before_activations()}));
  const std::size_t wanted = state_->count(state_->graph().input);
  if (inputs.size() != wanted)
    return fail(ErrorCode::shape_mismatch, "input has {} values, wanted {}", inputs.size(), wanted);
  std::memcpy(engine.input(0).data(), inputs.data(), inputs.size_bytes());
  state_->kept = keep;
  return engine.run();
}

Result<Tensor> Reverse::activation(TensorId tensor) const { return state_->engine.read(tensor); }

Result<ReverseKernel*> Reverse::State::kernel(std::size_t node) {
  if (!kernels[node]) {
    WHYBOX_TRY(kernels[node], operator_of(graph().nodes[node].kind).reverse(graph(), graph().nodes[node]));
  }
  return kernels[node].get();
}

/// An activation that a node reads or writes. What is no longer there is what a rectifier has written over: it asks its output, and
/// a product, whose output it was, asks neither.
const float* Reverse::State::values(const Node& node, TensorId id) const {
  const auto bytes = engine.raw(id);
  const auto kept_bytes = bytes ? bytes : engine.raw(node.output);
  return kept_bytes ? reinterpret_cast<const float*>(kept_bytes->data()) : nullptr;
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

Schedule Reverse::State::planned(TensorId from, TensorId to, const std::vector<bool>& on_path) const {
  Schedule plan{.from = from, .to = to, .batch = engine.batch(), .visits = {}, .pieces = {}};
  std::vector<std::optional<std::size_t>> holds(graph().tensors.size());  // the piece of what has arrived at a tensor
  const auto add = [&](TensorId id, int first, int last) {
    plan.pieces.push_back({count(id) * sizeof(float), first, last});
    return plan.pieces.size() - 1;
  };
  holds[static_cast<std::size_t>(from)] = plan.start = add(from, 0, kForever);
  for (std::size_t i = graph().nodes.size(); i-- > 0;) {
    const Node& node = graph().nodes[i];
    const auto signal = holds[static_cast<std::size_t>(node.output)];
    if (node.output == to || !on_path[static_cast<std::size_t>(node.output)] || !signal) continue;
    const int now = static_cast<int>(plan.visits.size()) + 1;
    plan.pieces[*signal].last = now;  // every reader has been visited: the memory is free afterwards
    Visit& visit = plan.visits.emplace_back(i, *signal);
    for (const TensorId id : node.inputs) {
      if (id == kNoTensor || graph().tensor(id).is_constant()) continue;
      auto& destination = visit.destinations.emplace_back();
      if (!on_path[static_cast<std::size_t>(id)]) continue;
      auto& held = holds[static_cast<std::size_t>(id)];
      const std::size_t piece = add(id, now, held ? now : kForever);
      if (!held) held = piece;
      destination = {piece, *held};
    }
  }
  if (const auto found = holds[static_cast<std::size_t>(to)]) plan.end = *found;
  return plan;
}

/// Sends the signal at one node's output on to those of its inputs that lie on the path.
Result<void> Reverse::State::take(const Visit& visit, const NodeStep& step) const {
  const Node& node = graph().nodes[visit.node];
  std::vector<const float*> inputs;
  std::vector<float*> targets;
  for (const TensorId id : node.inputs)
    if (id != kNoTensor && !graph().tensor(id).is_constant()) inputs.push_back(values(node, id));
  for (const auto& destination : visit.destinations) targets.push_back(destination ? signal(destination->piece) : nullptr);
  const VjpArguments arguments{graph(),  node,   engine.batch(), inputs, values(node, node.output), signal(visit.signal),
                               targets, engine.threads()->get()};
  if (auto done = step(visit.node, arguments); !done) return fail_in(place(graph(), visit.node), std::move(done).error());
  for (const auto& destination : visit.destinations) {
    if (!destination || destination->piece == destination->sum) continue;
    const std::span<const float> arrived(signal(destination->piece), schedule.pieces[destination->piece].bytes / sizeof(float));
    std::ranges::transform(arrived, std::span(signal(destination->sum), arrived.size()), signal(destination->sum), std::plus{});
  }
  return {};
}

Result<Tensor> Reverse::State::walk(TensorId from, std::span<const float> seed, TensorId to, const NodeStep& step) {
  if (engine.batch() == 0) return fail(ErrorCode::internal, "Reverse::walk before a forward pass");
  if (seed.size() != count(from))
    return fail(ErrorCode::shape_mismatch, "seed has {} values, wanted {}", seed.size(), count(from));
  const auto on_path = between(to, from);
  if (!on_path[static_cast<std::size_t>(from)])
    return fail(ErrorCode::invalid_argument, "layer \"{}\" does not lead to \"{}\"", graph().tensor(to).name,
                graph().tensor(from).name);
  if (from != schedule.from || to != schedule.to || engine.batch() != schedule.batch) {
    schedule = planned(from, to, on_path);
    signals.resize(place_lifetimes(schedule.pieces));
  }
  std::ranges::copy(seed, signal(schedule.start));
  for (const Visit& visit : schedule.visits) WHYBOX_CHECK(take(visit, step));

  const float* arrived = signal(schedule.end);
  Tensor result{graph().tensor(to).shape, {arrived, arrived + count(to)}};
  if (!result.shape.empty()) result.shape[0] = engine.batch();
  return result;
}

Result<void> Reverse::vjp(std::size_t node, const VjpArguments& arguments) {
  WHYBOX_TRY(ReverseKernel* kernel, state_->kernel(node));
  return kernel->vjp(arguments);
}

Result<Tensor> Reverse::gradient(TensorId from, std::span<const float> seed, TensorId to, ReluRule relu) {
  return state_->walk(from, seed, to, [&](std::size_t node, VjpArguments arguments) {
    arguments.relu = relu;
    return vjp(node, arguments);
  });
}

Result<Tensor> Reverse::walk(TensorId from, std::span<const float> seed, TensorId to, const NodeStep& step) {
  if (state_->kept != Keep::everything)
    return fail(ErrorCode::internal, "Reverse::walk after a forward pass that kept what gradients need");
  return state_->walk(from, seed, to, step);
}

}  // namespace whybox
