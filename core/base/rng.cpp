#include "base/rng.h"

#include <cmath>

namespace whybox {
namespace {

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): every bit of the input turns half the bits of the output.
std::uint64_t scrambled(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Rng Rng::numbered(std::uint64_t seed, std::uint64_t index) {
  const std::uint64_t stream = scrambled(index);
  return Rng(scrambled(seed ^ stream), stream);
}

Rng::Rng(std::uint64_t seed, std::uint64_t stream) : state_(0), increment_((stream << 1) | 1) {
  next();
  state_ += seed;
  next();
}

std::uint32_t Rng::next() {
  const std::uint64_t old = state_;
  state_ = old * 6364136223846793005ULL + increment_;
  const auto shifted = static_cast<std::uint32_t>(((old >> 18) ^ old) >> 27);
  const auto turn = static_cast<std::uint32_t>(old >> 59);
  return (shifted >> turn) | (shifted << ((32 - turn) & 31));
}

float Rng::uniform() { return static_cast<float>(next() >> 8) * 0x1p-24f; }

float Rng::uniform(float low, float high) { return low + (high - low) * uniform(); }

int Rng::below(int count) {
  const auto n = static_cast<std::uint32_t>(count);
  const std::uint32_t threshold = (0u - n) % n;  // draws below it would favour the small numbers
  for (;;) {
    const std::uint32_t draw = next();
    if (draw >= threshold) return static_cast<int>(draw % n);
  }
}

bool Rng::bernoulli(float probability) { return uniform() < probability; }

void Rng::normal(std::span<float> values) {
  for (std::size_t i = 0; i < values.size(); i += 2) {
    float u, v, square;
    do {  // a point in the unit disc, not at its centre
      u = uniform(-1, 1);
      v = uniform(-1, 1);
      square = u * u + v * v;
    } while (square >= 1 || square == 0);
    const float stretch = std::sqrt(-2 * std::log(square) / square);
    values[i] = u * stretch;
    if (i + 1 < values.size()) values[i + 1] = v * stretch;
  }
}

}  // namespace whybox
