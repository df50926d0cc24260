#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
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
/// FILE.attributes.npy the attributes' values, uint8 [count, attributes]; FILE.masks.npy the true masks, uint8 [count, size, size].
/// Drawn by two threads, written as they come.
/// Errors: those of drawing, io.
Result<void> write_scene_arrays(const SceneSet& set, const std::string& path);

/// For looking at: of each scene SEED.png, SEED.mask.png (the truth), SEED.KIND.NAME.png of every object, part and attribute,
/// and SEED.json with all that is known of it, in an existing or new folder. Errors: those of drawing, io.
Result<void> write_scene_files(const SceneSet& set, const std::string& folder);

/// For seeing many at once: one picture of all scenes, row by row. Errors: those of drawing, io.
Result<void> write_scene_sheet(const SceneSet& set, const std::string& path);

/// How many scenes two threads draw in a second; the set is drawn and forgotten. Errors: those of drawing.
Result<double> scenes_per_second(const SceneSet& set);

/// What is known of a scene, as in json.md.
nlohmann::ordered_json facts_of(const SceneSet& set, std::uint64_t seed, const Scene& scene);

/// White where a mask covers the pixel, [size, size, 3].
Image mask_image(const SceneMask& mask, int size);

}  // namespace whybox::cli
