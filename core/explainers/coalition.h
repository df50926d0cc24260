#pragma once
#include <cstdint>
#include <span>

namespace whybox {

/// Coalition z' number `sample`: which superpixels are on. Number 0 has all of them; the others toss a fair coin for each.
/// It depends on (seed, sample) alone. Ribeiro et al. 2016, section 3.3, as the authors' lime_image.py draws it.
/// @param on  [M], set to 0 or 1
void draw_coalition(std::uint64_t seed, int sample, std::span<std::uint8_t> on);

/// 1 - cos(z', all on) = 1 - sqrt(on / M): 0 for the whole picture, 1 for none of it.
double cosine_distance_to_all(std::span<const std::uint8_t> on);

}  // namespace whybox
