#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "engine/patch.h"

namespace whybox {

/// Shows an engine one picture after another that differ in small regions, and computes only what changes: layer by layer, the
/// changed area with what its windows reach, cut down to where bytes truly differ (in 8 bits small changes die out). After
/// Nakandala, Kumar & Papakonstantinou 2019 ("Krypton"), doi:10.1145/3299869.3319874, section 3.
///
/// A picture is compared with the one shown last and with the first, whose activations are kept as well; the nearer one is started
/// from. 8-bit results are those of a full pass, bit for bit.
class Updater {
 public:
  /// @param input  one example in the input's own element type
  /// Afterwards every activation of `engine` is readable, at batch 1. Always the same engine. Errors: those of Engine::plan and run.
  Result<void> show(Engine& engine, std::span<const std::byte> input);
  /// Pixels of activations that the last picture needed, of all that there are: 0 .. 1.
  double recomputed() const { return recomputed_; }

 private:
  Result<void> prepare(const Graph& graph);
  Result<void> start_over(Engine& engine);
  void keep_base(Engine& engine);
  void return_to_base(Engine& engine);
  Result<void> update(Engine& engine, Area changed);
  struct Updated {
    Area changed;           ///< of the node's output
    std::int64_t computed;  ///< pixels
  };
  Result<Updated> update_node(Engine& engine, std::size_t step, const std::vector<Area>& changed);

  std::uint64_t plan_ = 0;                       // of the engine, when base_ was kept
  std::vector<std::unique_ptr<Patch>> patches_;  // one per node, null where there is none
  std::vector<Plane> planes_;                    // per tensor
  std::vector<std::vector<std::byte>> base_;     // per tensor: its bytes for the first picture
  std::vector<Area> strayed_;                    // per tensor: where it may differ from base_
  Scratch result_;
  double recomputed_ = 0;
};

}  // namespace whybox
