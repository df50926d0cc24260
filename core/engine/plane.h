#pragma once
#include <cstddef>
#include <span>

#include "engine/area.h"
#include "model/graph.h"

namespace whybox {

/// How one example of a tensor lies in memory: rows of columns of pixels. A tensor that is no picture is one pixel.
struct Plane {
  int height, width;
  std::size_t pixel_bytes;

  std::size_t row_bytes() const { return pixel_bytes * static_cast<std::size_t>(width); }
  std::size_t bytes() const { return row_bytes() * static_cast<std::size_t>(height); }
  std::size_t offset(int y, int x) const { return row_bytes() * static_cast<std::size_t>(y) + pixel_bytes * static_cast<std::size_t>(x); }
  Area whole() const { return {0, 0, height, width}; }
};
Plane plane_of(const TensorInfo& tensor);

/// Where two examples differ: the smallest area that holds all their differences.
/// @param within  where they may differ
Area difference(const Plane& plane, const Area& within, const std::byte* a, const std::byte* b);

/// Copies an area from one example to another.
void copy_area(const Plane& plane, const Area& area, const std::byte* from, std::byte* to);

/// Rows of pixels that hold an area of a tensor: all of it, or a part that was computed alone.
struct View {
  const std::byte* data;
  Area area;
};

/// Copies the pixels of `wanted` into rows of their own, [wanted.height, wanted.width]; what `from` does not hold becomes `outside`,
/// one pixel's bytes.
void cut_out(std::size_t pixel_bytes, const View& from, const Area& wanted, std::span<const std::byte> outside, std::byte* patch);

/// Copies a patch, [area.height, area.width], into an example; returns the smallest area that holds all that this changed.
Area paste(const Plane& plane, const Area& area, const std::byte* patch, std::byte* to);

}  // namespace whybox
