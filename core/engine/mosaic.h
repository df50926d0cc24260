#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/engine.h"
#include "engine/patch.h"

namespace whybox {

/// Shows an engine pictures in which superpixels are on or off, and computes what repeats only once: a tile of an early layer sees the
/// few superpixels under its receptive field, and among a thousand coalitions their switches have stood like that before. Layers
/// between two tensors through which everything must pass are a stage, whose tiles are kept by the switches that they saw. Only the last
/// stage's tensor is put together for every picture, of the others what a tile that is new needs; the network's rest runs whole. Same
/// kernels, same sums: 8-bit results are those of a full pass, bit for bit.
class Mosaic {
 public:
  /// @param labels   [H, W] of the network's input, the superpixel of every pixel, 0 .. count - 1
  /// @param pictures  how many are to come: what is worth keeping depends on it
  /// Errors: those of lowering a layer's nodes.
  static Result<Mosaic> create(const Graph& graph, std::span<const std::int32_t> labels, int pictures);

  /// @param input  one example in the input's own element type, of which each pixel depends on its superpixel's switch alone
  /// @param on     [count], the switches
  /// Afterwards every activation from node `first_whole_step` on is readable, at batch 1. Errors: those of Engine::plan and run.
  Result<void> show(Engine& engine, std::span<const std::byte> input, std::span<const std::uint8_t> on);

  /// How many nodes are computed by tiles; 0: nothing is worth keeping.
  std::size_t first_whole_step() const { return stages_.empty() ? 0 : stages_.back().last + 1; }
  /// How many tiles have been computed so far, of all stages.
  std::int64_t computed() const { return computed_; }
  /// How many would have been, had none been kept.
  std::int64_t shown() const;

 private:
  struct Tile {
    Area area;                       ///< of the stage's last tensor
    Area source;                     ///< what it needs of the stage's first tensor
    std::vector<Area> areas;         ///< what each of the stage's nodes must compute for it
    std::vector<std::int32_t> sees;  ///< superpixels
    std::int64_t placed = 0;         ///< the last picture whose tensor this tile was put into, counted from 1
    std::unordered_map<std::uint64_t, std::vector<std::byte>> known;  ///< by the switches of those, the first being the lowest bit
  };
  struct Stage {
    std::size_t first, last;  ///< nodes
    TensorId from;
    int side;                 ///< of the tiles, but for those at the right and lower edge
    std::vector<Tile> tiles;  ///< row by row
  };

  class Builder;

  Result<void> place(Engine& engine, std::size_t stage, Tile& tile, std::span<const std::uint8_t> on);
  Result<void> place_source(Engine& engine, std::size_t stage, const Area& source, std::span<const std::uint8_t> on);
  Result<std::span<const std::byte>> compute(Engine& engine, const Stage& stage, const Tile& tile);
  void put(Engine& engine, const Stage& stage, const Tile& tile, std::span<const std::byte> pixels) const;

  std::vector<std::unique_ptr<Patch>> patches_;  // of the nodes in stages
  std::vector<Plane> planes_;                    // per tensor
  std::vector<Stage> stages_;
  std::vector<Scratch> parts_;                   // per node
  std::size_t kept_bytes_ = 0;
  std::int64_t pictures_ = 0, computed_ = 0;
};

}  // namespace whybox
