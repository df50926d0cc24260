#include "engine/mosaic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "ops/cost.h"

namespace whybox {
namespace {

/// Tiles are kept while they need no more than this together; then they are computed anew each time.
constexpr std::size_t kMostKept = 32u << 20;
/// Sides that a stage's tiles may have, in its last tensor's pixels.
constexpr std::array kSides{2, 4, 8, 16};
/// A stage is worth it where it is expected to cost at most this part of what it costs whole.
constexpr double kWorthwhile = 0.6;
/// What calling a kernel, cutting out and keeping cost beside the sums, in multiply-adds: some 3 microseconds a node; per byte that is
/// written; and of looking a tile up.
constexpr double kCallCost = 6e4, kElementCost = 8, kTileCost = 2e3;
/// Switches of more superpixels than this do not repeat, and would not fit a key.
constexpr std::size_t kMostSeen = 20;

bool is_activation(const Graph& graph, TensorId id) { return id != kNoTensor && !graph.tensor(id).is_constant(); }

/// How many different ones of `kinds` equally likely things are expected among `draws`: K (1 - (1 - 1/K)^n).
double expected_different(double kinds, double draws) { return kinds * -std::expm1(draws * std::log1p(-1 / kinds)); }

/// Nodes after which the output of the last one is all that later nodes read.
std::vector<std::size_t> narrow_places(const Graph& graph) {
  std::vector<std::size_t> found;
  for (std::size_t step = 0; step + 1 < graph.nodes.size(); ++step) {
    std::set<TensorId> made{graph.input}, read(graph.outputs.begin(), graph.outputs.end());
    for (std::size_t i = 0; i <= step; ++i) made.insert(graph.nodes[i].output);
    for (std::size_t i = step + 1; i < graph.nodes.size(); ++i) read.insert(graph.nodes[i].inputs.begin(), graph.nodes[i].inputs.end());
    const auto crosses = [&](TensorId id) { return made.contains(id); };
    if (std::ranges::count_if(read, crosses) == 1 && read.contains(graph.nodes[step].output)) found.push_back(step);
  }
  return found;
}

std::vector<Area> tiles_of(const Plane& plane, int side) {
  std::vector<Area> tiles;
  for (int top = 0; top < plane.height; top += side)
    for (int left = 0; left < plane.width; left += side)
      tiles.push_back({top, left, std::min(top + side, plane.height), std::min(left + side, plane.width)});
  return tiles;
}

}  // namespace

/// Chooses stages and tiles by what they are expected to cost.
class Mosaic::Builder {
 public:
  Builder(const Graph& graph, Mosaic& mosaic, std::span<const std::int32_t> labels, int pictures)
      : graph_(graph), mosaic_(mosaic), labels_(labels), pictures_(pictures) {}

  Result<void> build() {
    for (const TensorInfo& tensor : graph_.tensors) mosaic_.planes_.push_back(tensor.is_constant() ? Plane{0, 0, 0} : plane_of(tensor));
    if (std::cmp_not_equal(labels_.size(), plane(graph_.input).whole().pixels()))
      return fail(ErrorCode::shape_mismatch, "superpixels: got {} labels, wanted one for each pixel of the network's input", labels_.size());
    std::size_t first = 0;
    for (const std::size_t last : narrow_places(graph_)) {
      WHYBOX_TRY(const bool possible, add_patches(last));
      if (!possible) break;
      if (auto stage = best(first, last)) {
        costs_.push_back(cost_of(*stage));
        mosaic_.stages_.push_back(std::move(*stage));
        first = last + 1;
      } else if (last - first > kLongest) {
        break;  // later layers see more, not less
      }
    }
    keep_best_beginning();
    mosaic_.parts_.resize(mosaic_.first_whole_step());
    return {};
  }

 private:
  static constexpr std::size_t kLongest = 12;  // nodes that one stage may have: a block of a residual network

  const Plane& plane(TensorId id) const { return mosaic_.planes_[static_cast<std::size_t>(id)]; }
  const Plane& output_plane(std::size_t step) const { return plane(graph_.nodes[step].output); }

  /// Whether all nodes up to `last` can be computed in part.
  Result<bool> add_patches(std::size_t last) {
    while (mosaic_.patches_.size() <= last) {
      WHYBOX_TRY(auto patch, make_patch(graph_, graph_.nodes[mosaic_.patches_.size()]));
      if (!patch) return false;
      mosaic_.patches_.push_back(std::move(patch));
    }
    return true;
  }

  /// What an area of `last`'s output needs: of each node first .. last, and of tensor `from`.
  std::vector<Area> needed(std::size_t first, std::size_t last, const Area& area) const {
    std::vector<Area> of_tensor(graph_.tensors.size());
    of_tensor[static_cast<std::size_t>(graph_.nodes[last].output)] = area;
    for (std::size_t step = last + 1; step-- > first;) {
      const Node& node = graph_.nodes[step];
      const Area& out = of_tensor[static_cast<std::size_t>(node.output)];
      std::size_t index = 0;
      for (const TensorId id : node.inputs) {
        if (!is_activation(graph_, id)) continue;
        auto& need = of_tensor[static_cast<std::size_t>(id)];
        need = united(need, mosaic_.patches_[step]->needs(index++, out));
      }
    }
    std::vector<Area> areas;
    for (std::size_t step = first; step <= last; ++step) areas.push_back(of_tensor[static_cast<std::size_t>(graph_.nodes[step].output)]);
    areas.push_back(of_tensor[static_cast<std::size_t>(source_of(first))]);
    return areas;
  }

  std::vector<std::int32_t> superpixels_under(const Area& area) const {
    std::set<std::int32_t> seen;
    const int width = plane(graph_.input).width;
    for (int y = area.top; y < area.bottom; ++y)
      for (int x = area.left; x < area.right; ++x) seen.insert(labels_[static_cast<std::size_t>(y) * width + x]);
    return {seen.begin(), seen.end()};
  }

  double cost(std::size_t step, const Area& area) const {
    const Node& node = graph_.nodes[step];
    const double part = static_cast<double>(area.pixels()) / static_cast<double>(output_plane(step).whole().pixels());
    const auto elements = static_cast<double>(element_count(graph_.tensor(node.output).shape));
    return part * (static_cast<double>(multiply_adds(graph_, node)) + kElementCost * elements) + kCallCost;
  }

  double whole_cost(std::size_t first, std::size_t last) const {
    double sum = 0;
    for (std::size_t step = first; step <= last; ++step) sum += cost(step, output_plane(step).whole());
    return sum;
  }

  /// The cheapest tiles, if any are cheap enough.
  std::optional<Stage> best(std::size_t first, std::size_t last) const {
    double least = kWorthwhile * whole_cost(first, last);
    std::optional<Stage> found;
    for (const int side : kSides) {
      Stage stage{first, last, source_of(first), side, {}};
      double sum = 0;
      for (const Area& area : tiles_of(output_plane(last), side)) {
        stage.tiles.push_back(tile(first, last, area));
        sum += cost(stage, stage.tiles.back());
        if (sum > least) break;
      }
      if (sum <= least) least = sum, found = std::move(stage);
    }
    return found;
  }

  TensorId source_of(std::size_t first) const { return first == 0 ? graph_.input : graph_.nodes[first - 1].output; }

  Tile tile(std::size_t first, std::size_t last, const Area& area) const {
    Tile tile{.area = area, .source = {}, .areas = needed(first, last, area), .sees = {}, .known = {}};
    tile.source = tile.areas.back();
    tile.areas.pop_back();
    tile.sees = superpixels_under(first == 0 ? tile.source : needed(0, last, area).back());
    return tile;
  }

  /// Per picture.
  double cost(const Stage& stage, const Tile& tile) const {
    double whole = 0;
    for (std::size_t i = 0; i < tile.areas.size(); ++i) whole += cost(stage.first + i, tile.areas[i]);
    const double kinds = std::exp2(static_cast<double>(std::min(tile.sees.size(), kMostSeen)));
    const double different = tile.sees.size() > kMostSeen ? pictures_ : expected_different(kinds, pictures_);
    return whole * different / pictures_;
  }
  double cost_of(const Stage& stage) const {
    double sum = 0;
    for (const Tile& tile : stage.tiles) sum += cost(stage, tile);
    return sum;
  }
  /// Of putting a stage's last tensor together for every picture.
  double putting_cost(const Stage& stage) const {
    return kElementCost * static_cast<double>(output_plane(stage.last).bytes()) + kTileCost * static_cast<double>(stage.tiles.size());
  }

  /// Ends with the stage after which running the rest whole costs least.
  void keep_best_beginning() {
    auto& stages = mosaic_.stages_;
    std::size_t kept = 0;
    double saved = 0, most = 0;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      saved += whole_cost(stages[i].first, stages[i].last) - costs_[i];
      if (saved - putting_cost(stages[i]) > most) most = saved - putting_cost(stages[i]), kept = i + 1;
    }
    stages.erase(stages.begin() + static_cast<std::ptrdiff_t>(kept), stages.end());
  }

  const Graph& graph_;
  Mosaic& mosaic_;
  std::span<const std::int32_t> labels_;
  double pictures_;
  std::vector<double> costs_;  // of the stages, per picture
};

Result<Mosaic> Mosaic::create(const Graph& graph, std::span<const std::int32_t> labels, int pictures) {
  Mosaic mosaic;
  WHYBOX_CHECK(Builder(graph, mosaic, labels, pictures).build());
  return mosaic;
}

Result<void> Mosaic::show(Engine& engine, std::span<const std::byte> input, std::span<const std::uint8_t> on) {
  WHYBOX_CHECK(engine.plan(1, {.everything = true, .pieced = true}));
  std::ranges::copy(input, engine.input(0).begin());
  ++pictures_;
  if (!stages_.empty())
    for (Tile& tile : stages_.back().tiles) WHYBOX_CHECK(place(engine, stages_.size() - 1, tile, on));
  for (std::size_t step = first_whole_step(); step < engine.graph().nodes.size(); ++step) WHYBOX_CHECK(engine.run_node(step));
  return {};
}

std::int64_t Mosaic::shown() const {
  std::int64_t tiles = 0;
  for (const Stage& stage : stages_) tiles += static_cast<std::int64_t>(stage.tiles.size());
  return pictures_ * tiles;
}

/// Puts a tile into the stage's last tensor, as the present picture has it.
Result<void> Mosaic::place(Engine& engine, std::size_t index, Tile& tile, std::span<const std::uint8_t> on) {
  if (std::exchange(tile.placed, pictures_) == pictures_) return {};
  const Stage& stage = stages_[index];
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < tile.sees.size(); ++i) key = key << 1 | on[static_cast<std::size_t>(tile.sees[i])];
  const bool repeats = tile.sees.size() <= kMostSeen;
  if (const auto found = tile.known.find(key); repeats && found != tile.known.end()) {
    put(engine, stage, tile, found->second);
    return {};
  }
  if (index > 0) WHYBOX_CHECK(place_source(engine, index - 1, tile.source, on));
  WHYBOX_TRY(const auto pixels, compute(engine, stage, tile));
  ++computed_;
  if (repeats && kept_bytes_ + pixels.size() <= kMostKept) {
    tile.known.emplace(key, std::vector(pixels.begin(), pixels.end()));
    kept_bytes_ += pixels.size();
  }
  put(engine, stage, tile, pixels);
  return {};
}

/// The same for all tiles of a stage that have a part in an area of its last tensor.
Result<void> Mosaic::place_source(Engine& engine, std::size_t index, const Area& source, std::span<const std::uint8_t> on) {
  Stage& stage = stages_[index];
  const int width = planes_[static_cast<std::size_t>(engine.graph().nodes[stage.last].output)].width;
  const int columns = (width + stage.side - 1) / stage.side;
  for (int row = source.top / stage.side; row * stage.side < source.bottom; ++row)
    for (int column = source.left / stage.side; column * stage.side < source.right; ++column)
      WHYBOX_CHECK(place(engine, index, stage.tiles[static_cast<std::size_t>(row * columns + column)], on));
  return {};
}

void Mosaic::put(Engine& engine, const Stage& stage, const Tile& tile, std::span<const std::byte> pixels) const {
  const TensorId to = engine.graph().nodes[stage.last].output;
  const Plane& plane = planes_[static_cast<std::size_t>(to)];
  std::byte* const activation = engine.activation(to).data();
  const std::size_t row = plane.pixel_bytes * static_cast<std::size_t>(tile.area.width());
  for (int y = 0; y < tile.area.height(); ++y)
    std::memcpy(activation + plane.offset(tile.area.top + y, tile.area.left), pixels.data() + row * static_cast<std::size_t>(y), row);
}

/// The pixels of a tile, from the stage's first tensor as the engine holds it; good until the next one is computed.
Result<std::span<const std::byte>> Mosaic::compute(Engine& engine, const Stage& stage, const Tile& tile) {
  const Graph& graph = engine.graph();
  std::unordered_map<TensorId, View> views{{stage.from, {engine.activation(stage.from).data(), planes_[static_cast<std::size_t>(stage.from)].whole()}}};
  std::span<const std::byte> last;
  for (std::size_t step = stage.first; step <= stage.last; ++step) {
    const Node& node = graph.nodes[step];
    const Area& area = tile.areas[step - stage.first];
    std::vector<View> inputs;
    for (const TensorId id : node.inputs)
      if (is_activation(graph, id)) inputs.push_back(views.at(id));
    const std::size_t bytes = static_cast<std::size_t>(area.pixels()) * planes_[static_cast<std::size_t>(node.output)].pixel_bytes;
    std::byte* part = parts_[step].of(bytes);
    WHYBOX_CHECK(patches_[step]->compute(area, inputs, part, nullptr));
    views[node.output] = {part, area};
    last = {part, bytes};
  }
  return last;
}

}  // namespace whybox
