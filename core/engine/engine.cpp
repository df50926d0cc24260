#include "engine/engine.h"

#include <pthreadpool.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <new>

#include "engine/arena.h"
#include "ops/cost.h"
#include "ops/quantized.h"

namespace whybox {
namespace {

constexpr int kForever = std::numeric_limits<int>::max();
constexpr int kMaxBatch = 1024;

std::size_t example_bytes(const TensorInfo& tensor) {
  return static_cast<std::size_t>(element_count(tensor.shape)) * byte_size(tensor.type);
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  if (threads > 1) pool_ = pthreadpool_create(static_cast<std::size_t>(threads));
}

ThreadPool::~ThreadPool() {
  if (pool_) pthreadpool_destroy(pool_);
}

int ThreadPool::threads() const { return pool_ ? static_cast<int>(pthreadpool_get_threads_count(pool_)) : 1; }

struct Engine::State {
  std::shared_ptr<const Graph> graph;
  std::shared_ptr<ThreadPool> threads;
  std::vector<std::unique_ptr<Kernel>> kernels;  // one per node

  int batch = 0;  // 0: not planned yet
  std::uint64_t plans = 0;
  Retention retention;
  std::vector<bool> readable;        // per tensor
  std::vector<std::byte*> address;   // per tensor, null for constants
  std::size_t planned_bytes = 0;
  Arena arena;

  Result<void> plan(int new_batch, const Retention& wanted);
  std::vector<int> last_reads() const;
  bool writes_over_its_input(const Node& node) const;
  Result<void> bind(const std::vector<Lifetime>& workspaces);
  Result<void> check_readable(TensorId tensor) const;
};

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::create(std::shared_ptr<const Graph> graph, std::shared_ptr<ThreadPool> threads) {
  auto state = std::make_unique<State>();
  state->graph = std::move(graph);
  state->threads = std::move(threads);
  const Graph& g = *state->graph;
  for (std::size_t i = 0; i < g.nodes.size(); ++i) {
    auto kernel = operator_of(g.nodes[i].kind).lower(g, g.nodes[i]);
    if (!kernel) return fail_in(place(g, i), std::move(kernel).error());
    state->kernels.push_back(std::move(*kernel));
  }
  return Engine(std::move(state));
}

/// For every tensor the last step that needs it; -1 where nothing does.
std::vector<int> Engine::State::last_reads() const {
  std::vector<int> last(graph->tensors.size(), -1);
  for (std::size_t step = 0; step < graph->nodes.size(); ++step)
    for (const TensorId id : graph->nodes[step].inputs)
      if (id != kNoTensor) last[static_cast<std::size_t>(id)] = static_cast<int>(step);
  const auto keep = [&](TensorId id) { last[static_cast<std::size_t>(id)] = kForever; };
  std::ranges::for_each(graph->outputs, keep);
  std::ranges::for_each(retention.taps, keep);
  keep(graph->input);  // a person may run the same input again
  if (retention.everything) std::ranges::fill(last, kForever);
  return last;
}

bool Engine::State::writes_over_its_input(const Node& node) const {
  if (!is_rectifier(node.kind) || std::ranges::find(retention.expendable, node.inputs[0]) == retention.expendable.end()) return false;
  const auto reads = [&](const Node& other) { return std::ranges::find(other.inputs, node.inputs[0]) != other.inputs.end(); };
  return std::ranges::count_if(graph->nodes, reads) == 1;
}

Result<void> Engine::State::plan(int new_batch, const Retention& wanted) {
  batch = 0;  // stays so if anything below fails
  ++plans;
  retention = wanted;
  const std::vector<int> last = last_reads();

  std::vector<Lifetime> pieces;
  std::vector<TensorId> owners;
  std::vector<const Node*> shared;  // whose output lies where their input did
  const auto add = [&](TensorId id, int first) {
    const std::uint64_t bytes = std::uint64_t{example_bytes(graph->tensor(id))} * static_cast<std::uint64_t>(new_batch);
    pieces.push_back({bytes, first, std::max(first, last[static_cast<std::size_t>(id)])});
    owners.push_back(id);
  };
  add(graph->input, -1);
  for (std::size_t step = 0; step < graph->nodes.size(); ++step) {
    if (writes_over_its_input(graph->nodes[step]))
      shared.push_back(&graph->nodes[step]);
    else
      // What is kept is also there when a node before it runs again, whose workspace must lie elsewhere.
      add(graph->nodes[step].output, retention.everything ? -1 : static_cast<int>(step));
  }
  for (std::size_t step = 0; step < kernels.size(); ++step) {
    auto workspace = kernels[step]->reshape(new_batch, threads->get());
    if (!workspace) return fail_in(place(*graph, step), std::move(workspace).error());
    pieces.push_back({*workspace, static_cast<int>(step), static_cast<int>(step)});
  }

  const std::uint64_t needed = place_lifetimes(pieces);
  if (needed > std::numeric_limits<std::size_t>::max() / 2)
    return fail(ErrorCode::out_of_memory, "the activations of a batch of {} need {} MB, more than this build can address",
                new_batch, needed >> 20);
  planned_bytes = static_cast<std::size_t>(needed);
  arena.resize(planned_bytes);
  address.assign(graph->tensors.size(), nullptr);
  readable.assign(graph->tensors.size(), false);
  for (std::size_t i = 0; i < owners.size(); ++i) {
    address[static_cast<std::size_t>(owners[i])] = arena.data() + static_cast<std::size_t>(pieces[i].offset);
    readable[static_cast<std::size_t>(owners[i])] = pieces[i].last == kForever;
  }
  for (const Node* node : shared) {
    address[static_cast<std::size_t>(node->output)] = address[static_cast<std::size_t>(node->inputs[0])];
    readable[static_cast<std::size_t>(node->output)] = true;
    readable[static_cast<std::size_t>(node->inputs[0])] = false;
  }
  WHYBOX_CHECK(bind({pieces.end() - static_cast<std::ptrdiff_t>(kernels.size()), pieces.end()}));
  batch = new_batch;
  return {};
}

Result<void> Engine::State::bind(const std::vector<Lifetime>& workspaces) {
  for (std::size_t step = 0; step < kernels.size(); ++step) {
    const Node& node = graph->nodes[step];
    std::vector<const std::byte*> inputs;
    for (const TensorId id : node.inputs)
      if (id != kNoTensor && !graph->tensor(id).is_constant()) inputs.push_back(address[static_cast<std::size_t>(id)]);
    const Buffers buffers{inputs, address[static_cast<std::size_t>(node.output)], arena.data() + static_cast<std::size_t>(workspaces[step].offset)};
    if (auto bound = kernels[step]->bind(buffers); !bound) return fail_in(place(*graph, step), std::move(bound).error());
  }
  return {};
}

Result<void> Engine::plan(int batch, const Retention& retention) {
  State& s = *state_;
  if (batch < 1 || batch > kMaxBatch)
    return fail(ErrorCode::out_of_range, "batch is {}, wanted 1 to {}", batch, kMaxBatch);
  if (batch == s.batch && retention == s.retention) return {};
  try {
    return s.plan(batch, retention);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::out_of_memory, "no memory for the activations of a batch of {} ({} MB)", batch,
                s.planned_bytes >> 20);
  }
}

int Engine::batch() const { return state_->batch; }

std::span<std::byte> Engine::input(int index) {
  const State& s = *state_;
  const std::size_t bytes = example_bytes(s.graph->tensor(s.graph->input));
  return {s.address[static_cast<std::size_t>(s.graph->input)] + bytes * static_cast<std::size_t>(index), bytes};
}

Result<void> Engine::run() {
  State& s = *state_;
  if (s.batch == 0) return fail(ErrorCode::internal, "Engine::run before a successful plan");
  for (std::size_t step = 0; step < s.kernels.size(); ++step) WHYBOX_CHECK(run_node(step));
  return {};
}

Result<void> Engine::run_node(std::size_t step) {
  State& s = *state_;
  if (auto ran = s.kernels[step]->run(s.threads->get()); !ran) return fail_in(place(*s.graph, step), std::move(ran).error());
  return {};
}

std::span<std::byte> Engine::activation(TensorId tensor) {
  const State& s = *state_;
  std::byte* begin = s.address[static_cast<std::size_t>(tensor)];
  if (begin == nullptr) return {};
  return {begin, example_bytes(s.graph->tensor(tensor)) * static_cast<std::size_t>(s.batch)};
}

std::uint64_t Engine::plan_number() const { return state_->plans; }

Result<void> Engine::run_after(TensorId tensor, std::span<const float> values) {
  State& s = *state_;
  if (s.batch == 0 || !s.retention.everything)
    return fail(ErrorCode::internal, "Engine::run_after needs a plan that retains everything");
  WHYBOX_CHECK(s.check_readable(tensor));
  const TensorInfo& info = s.graph->tensor(tensor);
  const std::size_t count = static_cast<std::size_t>(element_count(info.shape)) * static_cast<std::size_t>(s.batch);
  if (values.size() != count)
    return fail(ErrorCode::shape_mismatch, "activation \"{}\": got {} values, wanted {}", info.name, values.size(), count);
  quantize(info, values.data(), s.address[static_cast<std::size_t>(tensor)], count);

  std::vector<bool> changed(s.graph->tensors.size(), false);
  changed[static_cast<std::size_t>(tensor)] = true;
  for (std::size_t step = 0; step < s.kernels.size(); ++step) {
    const Node& node = s.graph->nodes[step];
    const bool depends = std::ranges::any_of(
        node.inputs, [&](TensorId id) { return id != kNoTensor && changed[static_cast<std::size_t>(id)]; });
    if (!depends) continue;
    changed[static_cast<std::size_t>(node.output)] = true;
    WHYBOX_CHECK(run_node(step));
  }
  return {};
}

Result<void> Engine::State::check_readable(TensorId tensor) const {
  if (tensor < 0 || tensor >= static_cast<TensorId>(graph->tensors.size()))
    return fail(ErrorCode::out_of_range, "tensor {} of {}", tensor, graph->tensors.size());
  if (batch == 0 || !readable[static_cast<std::size_t>(tensor)])
    return fail(ErrorCode::invalid_argument, "activation \"{}\" was not retained by the plan", graph->tensor(tensor).name);
  return {};
}

Result<std::span<const std::byte>> Engine::raw(TensorId tensor) const {
  WHYBOX_CHECK(state_->check_readable(tensor));
  const std::size_t bytes = example_bytes(state_->graph->tensor(tensor)) * static_cast<std::size_t>(state_->batch);
  return std::span<const std::byte>(state_->address[static_cast<std::size_t>(tensor)], bytes);
}

Result<Tensor> Engine::read(TensorId tensor) const {
  WHYBOX_TRY(const auto bytes, raw(tensor));
  const TensorInfo& info = state_->graph->tensor(tensor);
  Tensor result{info.shape, std::vector<float>(bytes.size() / byte_size(info.type))};
  if (!result.shape.empty() && result.shape[0] == 1)
    result.shape[0] = state_->batch;
  else
    result.shape.insert(result.shape.begin(), state_->batch);  // the graph had squeezed its batch extent away
  dequantize(info, bytes.data(), result.values.data(), result.values.size());
  return result;
}

const Graph& Engine::graph() const { return *state_->graph; }
const std::shared_ptr<ThreadPool>& Engine::threads() const { return state_->threads; }
std::size_t Engine::activation_bytes() const { return state_->planned_bytes; }

std::int64_t Engine::multiply_adds() const {
  std::int64_t sum = 0;
  for (const Node& node : state_->graph->nodes) sum += whybox::multiply_adds(*state_->graph, node);
  return sum;
}

Result<std::vector<double>> Engine::profile(int repeats) {
  State& s = *state_;
  if (s.batch == 0) return fail(ErrorCode::internal, "Engine::profile before a successful plan");
  std::vector<std::vector<double>> times(s.kernels.size());
  for (int repeat = 0; repeat < repeats; ++repeat)
    for (std::size_t step = 0; step < s.kernels.size(); ++step) {
      const auto start = std::chrono::steady_clock::now();
      WHYBOX_CHECK(s.kernels[step]->run(s.threads->get()));
      times[step].push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
  std::vector<double> medians;
  for (auto& each : times) {
    std::ranges::nth_element(each, each.begin() + repeats / 2);
    medians.push_back(each[static_cast<std::size_t>(repeats / 2)]);
  }
  return medians;
}

}  // namespace whybox
