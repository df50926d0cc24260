#include "scenes/scene.h"

#include <array>
#include <string>

#include "scenes/kinds.h"

namespace whybox {

std::span<const SceneKind* const> scene_kinds() {
  static const std::array kinds{&triangle_kind(),      &triangle_colour_kind(), &flower_kind(),
                                &flower_double_kind(), &cue_conflict_kind(),    &clever_hans_kind()};
  return kinds;
}

Result<const SceneKind*> find_scene_kind(std::string_view id) {
  std::string known;
  for (const SceneKind* kind : scene_kinds()) {
    if (kind->id == id) return kind;
    known += (known.empty() ? "" : ", ") + std::string(kind->id);
  }
  return fail(ErrorCode::invalid_argument, "unknown kind of scene \"{}\"; there are: {}", id, known);
}

Result<void> check_scene_size(int size) {
  if (size >= kMinSceneSize && size <= kMaxSceneSize) return {};
  return fail(ErrorCode::out_of_range, "scene: size is {} pixels, wanted {} to {}", size, kMinSceneSize, kMaxSceneSize);
}

}  // namespace whybox
