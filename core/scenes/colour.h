#pragma once
namespace whybox {

/// sRGB, each in [0, 1].
struct Colour {
  float red = 0, green = 0, blue = 0;
};

/// Hue (in turns), saturation and lightness to sRGB (the piecewise linear HSL cone).
Colour from_hsl(float hue, float saturation, float lightness);
/// The same colour with its hue turned by a fraction of a turn; a whole number of turns changes no bit.
Colour turned_hue(Colour colour, float turns);
/// Euclidean distance in sRGB, [0, sqrt 3].
float distance(Colour a, Colour b);
/// a + (b - a) t
inline Colour blend(Colour a, Colour b, float t) {
  return {a.red + (b.red - a.red) * t, a.green + (b.green - a.green) * t, a.blue + (b.blue - a.blue) * t};
}

}  // namespace whybox
