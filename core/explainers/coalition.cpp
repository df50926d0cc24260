#include "explainers/coalition.h"

#include <algorithm>
#include <cmath>

#include "base/rng.h"

namespace whybox {

void draw_coalition(std::uint64_t seed, int sample, std::span<std::uint8_t> on) {
  if (sample == 0) {
    std::ranges::fill(on, std::uint8_t{1});
    return;
  }
  Rng rng = Rng::numbered(seed, static_cast<std::uint64_t>(sample));
  for (auto& flag : on) flag = rng.bernoulli(0.5f);
}

double cosine_distance_to_all(std::span<const std::uint8_t> on) {
  // cos = (z . 1) / (|z| |1|) = k / (sqrt(k) sqrt(M)); scikit-learn calls the distance of a zero vector 1, as this does.
  const auto lit = std::ranges::count(on, 1);
  return 1 - std::sqrt(double(lit) / double(on.size()));
}

}  // namespace whybox
