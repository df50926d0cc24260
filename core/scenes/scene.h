#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "base/params.h"

namespace whybox {

/// One thing in a scene, and where it is.
struct SceneMask {
  std::string name;                    ///< e.g. "triangle", "distractor 1"
  std::vector<std::uint8_t> coverage;  ///< [height, width], 0..255: how much of the pixel it covers, occlusion included
};

/// A synthetic picture whose truth is known.
struct Scene {
  Image image;
  int label = 0;           ///< index into SceneKind::classes
  SceneMask truth;         ///< the pixels that decide the class (all 0 when absence decides)
  std::vector<SceneMask> parts;
};

/// A family of scenes: a pure function of (parameters, seed, size).
struct SceneKind {
  std::string_view id;
  std::string_view name;
  std::string_view summary;
  std::vector<std::string_view> classes;
  std::vector<ParamSpec> params;
  Result<Scene> (*draw)(const Params& params, std::uint64_t seed, int size);
};

std::span<const SceneKind* const> scene_kinds();
Result<const SceneKind*> find_scene_kind(std::string_view id);

}  // namespace whybox
