#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "base/params.h"
#include "scenes/raster.h"

namespace whybox {

/// Smallest and largest side of a scene, in pixels.
inline constexpr int kMinSceneSize = 16;
inline constexpr int kMaxSceneSize = 2048;

/// Something in a scene, and where it is.
struct SceneMask {
  std::string name;                    ///< e.g. "triangle", "circle 1", "petals"
  std::vector<std::uint8_t> coverage;  ///< [height, width], 0..255: how much of the pixel it covers, occlusion included
};

/// One of AttributeSpec::values, and where it is to be seen.
struct SceneAttribute {
  int value = 0;
  std::vector<std::uint8_t> coverage;  ///< as in SceneMask
};

/// Where a handle sits in a scene, the picture's side being 1.
struct SceneHandle {
  Point centre;
  float radius = 0;  ///< 0: this scene does not show the thing
};

/// A synthetic picture whose truth is known.
struct Scene {
  Image image;
  int label = 0;           ///< index into SceneKind::classes
  SceneMask truth;         ///< the pixels that decide the class (all 0 when absence decides)
  std::vector<SceneMask> objects;          ///< whole things, each the union of its parts
  std::vector<SceneMask> parts;            ///< what the objects are made of; no pixel is in two of them
  std::vector<SceneAttribute> attributes;  ///< one for each of SceneKind::attributes
  std::vector<SceneHandle> handles;        ///< one for each of SceneKind::handles
};

/// Something that can be said of every scene of a kind.
struct AttributeSpec {
  std::string_view id;
  std::string_view name;
  std::vector<std::string_view> values;
  bool speaks_for_class = false;  ///< a cue: its value i speaks for class i, whatever the scene's label is
};

/// What a hand can take hold of in a scene: a part or an object, and the parameters that change it. Empty: there is none.
struct HandleSpec {
  std::string_view id;      ///< name of a part or object mask
  std::string_view label;
  std::string_view x = {};       ///< parameter that moves it to the right, in % of the side
  std::string_view y = {};       ///< parameter that moves it down, in % of the side
  std::string_view scale = {};   ///< parameter of its size, in %
  std::string_view turn = {};    ///< parameter that turns it clockwise, in degrees
  std::string_view choice = {};  ///< parameter with named values: a colour, a texture, where a mark is
  std::string_view hue = {};     ///< parameter that turns its hue, in degrees
};

/// A family of scenes: a pure function of (parameters, seed, size).
struct SceneKind {
  std::string_view id;
  std::string_view name;
  std::string_view summary;
  std::vector<std::string_view> classes;
  std::vector<AttributeSpec> attributes = {};
  std::vector<HandleSpec> handles = {};
  std::vector<ParamSpec> params;
  /// Errors: out_of_range unless size is kMinSceneSize to kMaxSceneSize, invalid_argument where parameters contradict.
  Result<Scene> (*draw)(const Params& params, std::uint64_t seed, int size);
};

std::span<const SceneKind* const> scene_kinds();
Result<const SceneKind*> find_scene_kind(std::string_view id);

/// out_of_range unless a scene can be drawn at this size.
Result<void> check_scene_size(int size);

}  // namespace whybox
