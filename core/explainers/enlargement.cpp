#include "explainers/enlargement.h"

#include <algorithm>
#include <cmath>

namespace whybox {

std::vector<Enlargement::Tap> Enlargement::taps(int from, int to) {
  std::vector<Tap> result;
  for (int i = 0; i < to; ++i) {
    const float at = std::clamp((float(i) + 0.5f) * float(from) / float(to) - 0.5f, 0.0f, float(from - 1));
    const int low = int(at);
    result.push_back({low, std::min(low + 1, from - 1), at - float(low)});
  }
  return result;
}

Enlargement::Enlargement(int from_height, int from_width, int to_height, int to_width)
    : from_height_(from_height), from_width_(from_width), rows_(taps(from_height, to_height)), columns_(taps(from_width, to_width)) {}

/// Calls visit(output index, source index, weight) for the four sources of every output.
template <class Visit>
void Enlargement::for_each_tap(const Visit& visit) const {
  std::size_t out = 0;
  for (const Tap& row : rows_)
    for (const Tap& column : columns_) {
      const auto source = [&](int y, int x) { return std::size_t(y) * std::size_t(from_width_) + std::size_t(x); };
      visit(out, source(row.low, column.low), (1 - row.part) * (1 - column.part));
      visit(out, source(row.low, column.high), (1 - row.part) * column.part);
      visit(out, source(row.high, column.low), row.part * (1 - column.part));
      visit(out, source(row.high, column.high), row.part * column.part);
      ++out;
    }
}

std::vector<float> Enlargement::apply(std::span<const float> map) const {
  std::vector<float> result(rows_.size() * columns_.size());
  for_each_tap([&](std::size_t out, std::size_t source, float weight) { result[out] += weight * map[source]; });
  return result;
}

std::vector<float> Enlargement::transposed(std::span<const float> gradient) const {
  std::vector<float> result(std::size_t(from_height_) * std::size_t(from_width_));
  for_each_tap([&](std::size_t out, std::size_t source, float weight) { result[source] += weight * gradient[out]; });
  return result;
}

}  // namespace whybox
