#pragma once
#include <array>
#include <string_view>

#include "scenes/raster.h"
#include "scenes/texture.h"

namespace whybox {

/// A thing known by its outline and by its surface.
struct Silhouette {
  std::string_view name;
  std::string_view surface;
  TextureKind texture;
  Figure (*outline)();  ///< in the unit circle
};

inline constexpr int kSilhouettes = 8;
const std::array<Silhouette, kSilhouettes>& silhouettes();

}  // namespace whybox
