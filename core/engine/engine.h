#pragma once
#include <memory>
#include <span>
#include <vector>

#include "base/tensor.h"
#include "model/graph.h"
#include "ops/op.h"

namespace whybox {

/// A team of threads. One thread means the caller's own, and no team is made.
class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  pthreadpool* get() const { return pool_; }
  int threads() const;

 private:
  pthreadpool* pool_ = nullptr;  // null: the caller's own thread does the work
};

/// What stays readable after a run besides the outputs.
struct Retention {
  std::vector<TensorId> taps = {};
  bool everything = false;  ///< needed by run_after and by the reverse pass; costs the sum of all activations
  /// With `everything`, which of it is not: a rectifier writes over such an input.
  std::vector<TensorId> expendable = {};
  /// Somebody puts the activations together from pieces, so that they may be no picture's as a whole. It changes nothing but that this
  /// is another plan: nobody who kept such a plan's activations takes them for his.
  bool pieced = false;

  bool operator==(const Retention&) const = default;
};

/// Runs a validated Graph by XNNPACK, node by node, any number of examples at once.
/// Not thread-safe; the same inputs give the same bytes whatever the thread count.
class Engine {
 public:
  static Result<Engine> create(std::shared_ptr<const Graph> graph, std::shared_ptr<ThreadPool> threads);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  /// Sizes every buffer for `batch` examples. Cheap when nothing changes. Errors: out_of_memory, out_of_range.
  Result<void> plan(int batch, const Retention& retention = {});
  int batch() const;

  /// Example `index` of the network input, in the input's own element type, for the caller to write.
  std::span<std::byte> input(int index);
  /// Runs all nodes.
  Result<void> run();
  /// Writes `values` (float32, `batch` examples, quantised where the tensor is) over an activation and runs only the nodes
  /// that depend on it. Needs Retention::everything and an earlier run().
  Result<void> run_after(TensorId tensor, std::span<const float> values);

  /// Runs one node on what its inputs hold now. Needs Retention::everything and an earlier run().
  Result<void> run_node(std::size_t step);
  /// The memory of an activation, `batch` examples, for the caller to change; nothing for a constant or where none was kept.
  std::span<std::byte> activation(TensorId tensor);
  /// Another one for every plan that was made anew: what activations hold is then lost.
  std::uint64_t plan_number() const;

  /// An activation of the last run as float32, dequantised, `batch` examples. Needs it to be an output, the input or tapped.
  Result<Tensor> read(TensorId tensor) const;
  /// The stored bytes of the same.
  Result<std::span<const std::byte>> raw(TensorId tensor) const;

  const Graph& graph() const;
  const std::shared_ptr<ThreadPool>& threads() const;
  /// Bytes held for activations and scratch memory at the present plan.
  std::size_t activation_bytes() const;
  /// Multiply-adds of one example.
  std::int64_t multiply_adds() const;
  /// Milliseconds each node took, median of `repeats` runs at the present plan (benchmark).
  Result<std::vector<double>> profile(int repeats);

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace whybox
