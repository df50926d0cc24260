#include "superpixels/lab.h"

#include <cmath>

namespace whybox {
namespace {

using Table = std::array<float, 256>;

/// Linear light of each 8-bit sRGB value, IEC 61966-2-1, section 5.2.
Table linear_light() {
  Table table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double v = double(i) / 255;
    table[i] = float(v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
  }
  return table;
}

/// f of CIE 15:2004, eqs. 8.6 to 8.8: the cube root, with a straight piece near black.
float cube_root(float t) {
  constexpr float kDelta = 6.0f / 29.0f;
  return t > kDelta * kDelta * kDelta ? std::cbrt(t) : t / (3 * kDelta * kDelta) + 4.0f / 29.0f;
}

Lab lab(float r, float g, float b) {
  // Rows of the sRGB to XYZ matrix, each divided by the white point's X, Y, Z (0.95047, 1, 1.08883).
  const float x = cube_root(0.433953f * r + 0.376219f * g + 0.189828f * b);
  const float y = cube_root(0.212671f * r + 0.715160f * g + 0.072169f * b);
  const float z = cube_root(0.017758f * r + 0.109477f * g + 0.872766f * b);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

}  // namespace

std::vector<Lab> to_lab(const Image& image) {
  const Table light = linear_light();
  std::vector<Lab> out(std::size_t(image.height) * image.width);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t* rgb = &image.pixels[i * 3];
    out[i] = lab(light[rgb[0]], light[rgb[1]], light[rgb[2]]);
  }
  return out;
}

}  // namespace whybox
