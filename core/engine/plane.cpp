#include "engine/plane.h"

#include <algorithm>
#include <cstring>

namespace whybox {
namespace {

/// The columns first .. last - 1 of a stretch of pixels that hold all differences of two; first == last where there are none.
struct Columns {
  int first, last;
};

Columns differing(const std::byte* a, const std::byte* b, int width, std::size_t pixel_bytes) {
  const std::size_t bytes = pixel_bytes * static_cast<std::size_t>(width);
  if (std::memcmp(a, b, bytes) == 0) return {0, 0};
  const auto at = [&](int x) { return pixel_bytes * static_cast<std::size_t>(x); };
  int first = 0, last = width;
  while (std::memcmp(a + at(first), b + at(first), pixel_bytes) == 0) ++first;
  while (std::memcmp(a + at(last - 1), b + at(last - 1), pixel_bytes) == 0) --last;
  return {first, last};
}

Area with_row(const Area& found, int y, int left, Columns columns) {
  return columns.first == columns.last ? found : united(found, {y, left + columns.first, y + 1, left + columns.last});
}

}  // namespace

Plane plane_of(const TensorInfo& tensor) {
  const auto bytes = static_cast<std::size_t>(element_count(tensor.shape)) * byte_size(tensor.type);
  if (tensor.shape.size() != 4) return {1, 1, bytes};
  const int height = tensor.shape[1], width = tensor.shape[2];
  return {height, width, bytes / (static_cast<std::size_t>(height) * static_cast<std::size_t>(width))};
}

Area difference(const Plane& plane, const Area& within, const std::byte* a, const std::byte* b) {
  Area found;
  for (int y = within.top; y < within.bottom; ++y) {
    const std::size_t row = plane.offset(y, within.left);
    found = with_row(found, y, within.left, differing(a + row, b + row, within.width(), plane.pixel_bytes));
  }
  return found;
}

void copy_area(const Plane& plane, const Area& area, const std::byte* from, std::byte* to) {
  if (area.empty()) return;
  const std::size_t length = plane.pixel_bytes * static_cast<std::size_t>(area.width());
  for (int y = area.top; y < area.bottom; ++y) std::memcpy(to + plane.offset(y, area.left), from + plane.offset(y, area.left), length);
}

void cut_out(std::size_t pixel_bytes, const View& from, const Area& wanted, std::span<const std::byte> outside, std::byte* patch) {
  const Area inside = intersected(wanted, from.area);
  const Plane held{from.area.height(), from.area.width(), pixel_bytes};
  const auto fill = [&](std::byte* to, int pixels) {
    for (int i = 0; i < pixels; ++i) std::memcpy(to + pixel_bytes * static_cast<std::size_t>(i), outside.data(), pixel_bytes);
    return to + pixel_bytes * static_cast<std::size_t>(pixels);
  };
  for (int y = wanted.top; y < wanted.bottom; ++y) {
    if (y < inside.top || y >= inside.bottom) {
      patch = fill(patch, wanted.width());
      continue;
    }
    patch = fill(patch, inside.left - wanted.left);
    const std::size_t length = pixel_bytes * static_cast<std::size_t>(inside.width());
    std::memcpy(patch, from.data + held.offset(y - from.area.top, inside.left - from.area.left), length);
    patch = fill(patch + length, wanted.right - inside.right);
  }
}

Area paste(const Plane& plane, const Area& area, const std::byte* patch, std::byte* to) {
  Area changed;
  const std::size_t length = plane.pixel_bytes * static_cast<std::size_t>(area.width());
  for (int y = area.top; y < area.bottom; ++y, patch += length) {
    std::byte* row = to + plane.offset(y, area.left);
    const Columns columns = differing(row, patch, area.width(), plane.pixel_bytes);
    if (columns.first == columns.last) continue;
    changed = with_row(changed, y, area.left, columns);
    std::memcpy(row, patch, length);
  }
  return changed;
}

}  // namespace whybox
