#pragma once
#include <cstdint>
#include <string>

#include "scenes/scene.h"

namespace whybox::cli {

/// Most scenes that one call draws.
inline constexpr int kMaxSceneCount = 1'000'000;

/// Scenes with seeds seed, seed + 1, ..., seed + count - 1.
struct SceneSet {
  const SceneKind& kind;
  const Params& params;
  std::uint64_t seed = 0;
  int count = 1;
  int size = 96;
};

/// For training: FILE.npy holds the pictures, uint8 [count, size, size, 3]; FILE.labels.npy the labels, uint8 [count];
/// FILE.masks.npy the true masks, uint8 [count, size, size]. Drawn by two threads, written as they come.
/// Errors: those of drawing, io.
Result<void> write_scene_arrays(const SceneSet& set, const std::string& path);

/// For looking at: SEED.png, SEED.mask.png and SEED.json (kind, seed, label, class_name) of each in an existing or new folder.
/// Errors: those of drawing, io.
Result<void> write_scene_files(const SceneSet& set, const std::string& folder);

/// White where the deciding thing covers the pixel, [size, size, 3].
Image mask_image(const SceneMask& mask, int size);

}  // namespace whybox::cli
