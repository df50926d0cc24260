#include "scenes/colour.h"

#include <algorithm>
#include <cmath>

namespace whybox {

Colour from_hsl(float hue, float saturation, float lightness) {
  const float reach = saturation * std::min(lightness, 1 - lightness);
  const auto channel = [&](float offset) {
    const float place = (hue - std::floor(hue)) * 12 + offset;
    const float k = place >= 12 ? place - 12 : place;
    return lightness - reach * std::clamp(std::min(k - 3, 9 - k), -1.0f, 1.0f);
  };
  return {channel(0), channel(8), channel(4)};
}

Colour turned_hue(Colour colour, float turns) {
  if (turns == std::floor(turns)) return colour;
  const float high = std::max({colour.red, colour.green, colour.blue});
  const float low = std::min({colour.red, colour.green, colour.blue});
  const float chroma = high - low, lightness = (high + low) / 2;
  if (chroma == 0) return colour;  // greys have no hue
  float sector = 0;                // of six
  if (high == colour.red) sector = (colour.green - colour.blue) / chroma;
  else if (high == colour.green) sector = 2 + (colour.blue - colour.red) / chroma;
  else sector = 4 + (colour.red - colour.green) / chroma;
  return from_hsl(sector / 6 + turns, chroma / 2 / std::min(lightness, 1 - lightness), lightness);
}

float distance(Colour a, Colour b) {
  const float red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
  return std::sqrt(red * red + green * green + blue * blue);
}

}  // namespace whybox
