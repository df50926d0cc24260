#pragma once
#include <algorithm>
#include <cstdint>

namespace whybox {

/// Rows top .. bottom - 1 and columns left .. right - 1 of a tensor; empty when there are none.
struct Area {
  int top = 0, left = 0, bottom = 0, right = 0;

  int height() const { return bottom - top; }
  int width() const { return right - left; }
  bool empty() const { return top >= bottom || left >= right; }
  std::int64_t pixels() const { return empty() ? 0 : std::int64_t{height()} * width(); }
  bool operator==(const Area&) const = default;
};

/// The smallest area that holds both.
inline Area united(const Area& a, const Area& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.top, b.top), std::min(a.left, b.left), std::max(a.bottom, b.bottom), std::max(a.right, b.right)};
}

/// What both hold.
inline Area intersected(const Area& a, const Area& b) {
  return {std::max(a.top, b.top), std::max(a.left, b.left), std::min(a.bottom, b.bottom), std::min(a.right, b.right)};
}

}  // namespace whybox
