#include "ops/packed_dots.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace whybox {
namespace {

constexpr int kMaxPairSum = 128;  // of the positive weights of a pair, and of the negative ones: 255 * 128 = 32,640 < 2^15

/// What the regular dots of an output leave over.
struct Excess {
  std::size_t at;  // byte of depth
  int weight;
};
using Excesses = std::vector<Excess>;

/// The part of a pair that one dot can take; what is left stays.
std::array<int, 2> take_pair(int& first, int& second) {
  const int a = std::clamp(first, -128, 127);
  const int room = kMaxPairSum - std::abs(a);  // only weights of one sign add up
  const int b = std::clamp(second, a < 0 ? -room : -128, a > 0 ? std::min(127, room) : 127);
  first -= a, second -= b;
  return {a, b};
}

/// Fills a dot's four weights of one output with what it can take of four, which stay with what is left.
void take(std::span<int, PackedDots::kGroup> weights, std::int8_t* dot) {
  for (std::size_t i = 0; i < weights.size(); i += 2) {
    const auto [a, b] = take_pair(weights[i], weights[i + 1]);
    dot[i] = static_cast<std::int8_t>(a), dot[i + 1] = static_cast<std::int8_t>(b);
  }
}

/// Writes the regular dots of one output, of which `row` is the weights. @param dots  the first; each next is 2 kDot further
Excesses pack_row(std::span<const std::int16_t> row, std::int8_t* dots) {
  Excesses excesses;
  for (std::size_t begin = 0; begin < row.size(); begin += PackedDots::kGroup, dots += 2 * PackedDots::kDot) {
    std::array<int, PackedDots::kGroup> rest{};
    std::ranges::copy(row.subspan(begin, std::min(rest.size(), row.size() - begin)), rest.begin());
    take(rest, dots);
    for (std::size_t i = 0; i < rest.size(); ++i)
      if (rest[i] != 0) excesses.push_back({begin + i, rest[i]});
  }
  return excesses;
}

/// One output's part of an extra dot: the first four excesses in the window, as far as one dot can take them.
void pack_extra(Excesses& excesses, std::size_t window, std::uint8_t* picks, std::int8_t* dot) {
  std::array<int, PackedDots::kGroup> rest{};
  std::size_t count = 0;
  for (; count < std::min(rest.size(), excesses.size()) && excesses[count].at < window + PackedDots::kWindow; ++count) {
    rest[count] = excesses[count].weight;
    picks[count] = static_cast<std::uint8_t>(excesses[count].at - window);
  }
  take(rest, dot);
  for (std::size_t i = 0; i < count; ++i) excesses[i].weight = rest[i];
  std::erase_if(excesses, [](const Excess& excess) { return excess.weight == 0; });
}

/// Extra dots of half a block, until nothing is left over.
void pack_extras(std::span<Excesses> outputs, PackedDots& packed) {
  for (;;) {
    std::size_t window = packed.depth;
    for (const Excesses& each : outputs)
      if (!each.empty()) window = std::min(window, each.front().at);
    if (window == packed.depth) return;
    PackedDots::Extra& extra = packed.extras.emplace_back();
    extra.offset = static_cast<std::uint32_t>(window);
    for (std::size_t o = 0; o < outputs.size(); ++o)
      pack_extra(outputs[o], window, &extra.picks[o * PackedDots::kGroup], &extra.weights[o * PackedDots::kGroup]);
  }
}

std::size_t parts(std::size_t whole, std::size_t part) { return (whole + part - 1) / part; }

}  // namespace

PackedDots pack_dots(std::span<const std::int16_t> weights, std::size_t outputs, std::size_t depth) {
  PackedDots packed{.outputs = outputs, .depth = depth, .blocks = parts(outputs, PackedDots::kBlock), .groups = parts(depth, PackedDots::kGroup)};
  packed.weights.resize(packed.blocks * packed.groups * 2 * PackedDots::kDot);
  for (std::size_t half = 0; half < packed.blocks * 2; ++half) {
    std::int8_t* dots = &packed.weights[(half / 2 * packed.groups * 2 + half % 2) * PackedDots::kDot];
    std::array<Excesses, PackedDots::kHalf> excesses;
    for (std::size_t i = 0; i < excesses.size(); ++i) {
      const std::size_t output = half * PackedDots::kHalf + i;
      if (output < outputs) excesses[i] = pack_row(weights.subspan(output * depth, depth), dots + i * PackedDots::kGroup);
    }
    packed.extra_begin.push_back(static_cast<std::uint32_t>(packed.extras.size()));
    pack_extras(excesses, packed);
  }
  packed.extra_begin.push_back(static_cast<std::uint32_t>(packed.extras.size()));
  return packed;
}

}  // namespace whybox
