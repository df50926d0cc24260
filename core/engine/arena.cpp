#include "engine/arena.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace whybox {
namespace {

constexpr std::size_t kAlignment = 64;
// XNNPACK may read this far past the end of an operand.
constexpr std::size_t kOverread = 128;

std::uint64_t padded(std::uint64_t bytes) { return (bytes + kOverread + kAlignment - 1) / kAlignment * kAlignment; }

bool alive_together(const Lifetime& a, const Lifetime& b) { return a.first <= b.last && b.first <= a.last; }

}  // namespace

std::uint64_t place_lifetimes(std::vector<Lifetime>& pieces) {
  std::vector<std::size_t> order(pieces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return pieces[a].bytes > pieces[b].bytes; });

  std::vector<const Lifetime*> placed;  // by offset
  std::uint64_t total = 0;
  for (const std::size_t index : order) {
    Lifetime& piece = pieces[index];
    std::uint64_t offset = 0;
    for (const Lifetime* other : placed) {
      if (!alive_together(piece, *other)) continue;
      if (offset + padded(piece.bytes) <= other->offset) break;
      offset = std::max(offset, other->offset + padded(other->bytes));
    }
    piece.offset = offset;
    total = std::max(total, offset + padded(piece.bytes));
    placed.insert(std::ranges::upper_bound(placed, offset, {}, &Lifetime::offset), &piece);
  }
  return total;
}

void Arena::resize(std::size_t bytes) {
  if (bytes > size_) {
    release();
    data_ = static_cast<std::byte*>(::operator new(bytes, std::align_val_t{kAlignment}));
    size_ = bytes;
  }
  std::memset(data_, 0, bytes);
}

void Arena::release() {
  ::operator delete(data_, std::align_val_t{kAlignment});
  data_ = nullptr;
  size_ = 0;
}

}  // namespace whybox
