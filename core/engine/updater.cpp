#include "engine/updater.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace whybox {
namespace {

/// A patch is worth it where it has at most this part of a layer's pixels: cutting out, pasting and comparing cost the rest.
constexpr double kWorthwhile = 0.7;
/// Pictures that differ in a larger part than this from both others become the new first one.
constexpr double kUnlike = 0.5;

bool is_activation(const Graph& graph, TensorId id) { return id != kNoTensor && !graph.tensor(id).is_constant(); }

}  // namespace

Result<void> Updater::prepare(const Graph& graph) {
  if (!planes_.empty()) return {};
  for (const Node& node : graph.nodes) {
    WHYBOX_TRY(auto patch, make_patch(graph, node));
    patches_.push_back(std::move(patch));
  }
  for (const TensorInfo& tensor : graph.tensors) planes_.push_back(tensor.is_constant() ? Plane{0, 0, 0} : plane_of(tensor));
  base_.resize(planes_.size());
  return {};
}

void Updater::keep_base(Engine& engine) {
  for (std::size_t t = 0; t < planes_.size(); ++t) {
    const auto bytes = engine.activation(static_cast<TensorId>(t));
    base_[t].assign(bytes.begin(), bytes.end());
  }
  strayed_.assign(planes_.size(), Area{});
  plan_ = engine.plan_number();
}

void Updater::return_to_base(Engine& engine) {
  for (std::size_t t = 0; t < planes_.size(); ++t)
    copy_area(planes_[t], strayed_[t], base_[t].data(), engine.activation(static_cast<TensorId>(t)).data());
  strayed_.assign(planes_.size(), Area{});
}

Result<void> Updater::start_over(Engine& engine) {
  plan_ = 0;  // stays so if the run fails
  WHYBOX_CHECK(engine.run());
  keep_base(engine);
  recomputed_ = 1;
  return {};
}

Result<void> Updater::show(Engine& engine, std::span<const std::byte> input) {
  WHYBOX_CHECK(prepare(engine.graph()));
  WHYBOX_CHECK(engine.plan(1, {.everything = true}));
  const auto id = static_cast<std::size_t>(engine.graph().input);
  const Plane& plane = planes_[id];
  std::byte* shown = engine.input(0).data();
  const bool fresh = plan_ != engine.plan_number();
  Area changed = difference(plane, plane.whole(), input.data(), shown);
  const Area from_base = fresh ? plane.whole() : difference(plane, plane.whole(), input.data(), base_[id].data());
  const auto nearest = std::min(changed.pixels(), from_base.pixels());
  if (fresh || static_cast<double>(nearest) > kUnlike * static_cast<double>(plane.whole().pixels())) {
    std::memcpy(shown, input.data(), input.size());
    return start_over(engine);
  }
  if (from_base.pixels() < changed.pixels()) {
    return_to_base(engine);
    changed = from_base;
  }
  copy_area(plane, changed, input.data(), shown);
  return update(engine, changed);
}

Result<void> Updater::update(Engine& engine, Area changed_input) {
  const Graph& graph = engine.graph();
  const std::uint64_t plan = std::exchange(plan_, 0);  // stays so if a node fails half-way
  std::vector<Area> changed(planes_.size());
  const auto record = [&](TensorId id, const Area& area) {
    const auto t = static_cast<std::size_t>(id);
    changed[t] = area;
    strayed_[t] = united(strayed_[t], area);
  };
  record(graph.input, changed_input);
  std::int64_t computed = 0, all = 0;
  for (std::size_t step = 0; step < graph.nodes.size(); ++step) {
    const TensorId output = graph.nodes[step].output;
    WHYBOX_TRY(const Updated updated, update_node(engine, step, changed));
    record(output, updated.changed);
    computed += updated.computed;
    all += planes_[static_cast<std::size_t>(output)].whole().pixels();
  }
  recomputed_ = static_cast<double>(computed) / static_cast<double>(all);
  plan_ = plan;
  return {};
}

Result<Updater::Updated> Updater::update_node(Engine& engine, std::size_t step, const std::vector<Area>& changed) {
  const Graph& graph = engine.graph();
  const Node& node = graph.nodes[step];
  const Plane& plane = planes_[static_cast<std::size_t>(node.output)];
  Patch* patch = patches_[step].get();
  std::vector<View> inputs;
  Area area;
  for (const TensorId id : node.inputs) {
    if (!is_activation(graph, id)) continue;
    const Area& from = changed[static_cast<std::size_t>(id)];
    if (!from.empty()) area = united(area, patch ? patch->reach(inputs.size(), from) : plane.whole());
    inputs.push_back({engine.activation(id).data(), planes_[static_cast<std::size_t>(id)].whole()});
  }
  if (area.empty()) return Updated{area, 0};
  const std::int64_t whole = plane.whole().pixels();
  const Area handy = patch ? patch->handy(area) : plane.whole();
  if (patch && static_cast<double>(handy.pixels()) <= kWorthwhile * static_cast<double>(whole)) {
    std::byte* result = result_.of(static_cast<std::size_t>(handy.pixels()) * plane.pixel_bytes);
    WHYBOX_CHECK(patch->compute(handy, inputs, result, engine.threads()->get()));
    return Updated{paste(plane, handy, result, engine.activation(node.output).data()), handy.pixels()};
  }
  WHYBOX_CHECK(engine.run_node(step));
  // A full pass sums floats in another order: there the rest may change by a rounding.
  return Updated{graph.tensor(node.output).type == ElementType::f32 ? plane.whole() : area, whole};
}

}  // namespace whybox
