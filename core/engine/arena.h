#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace whybox {

/// A piece of memory that is needed from step `first` to step `last`, both included.
struct Lifetime {
  std::uint64_t bytes;  // 64 bits also where addresses have 32: a plan that does not fit must not wrap around
  int first;
  int last;
  std::uint64_t offset = 0;  ///< the plan's answer
};

/// Places pieces so that those alive at the same time do not overlap: the largest first, each at the lowest offset that is
/// free. Returns the bytes needed. O(n^2).
std::uint64_t place_lifetimes(std::vector<Lifetime>& pieces);

/// Memory aligned to cache lines; zeroed, so that a kernel that reads past an operand's end reads defined bytes.
class Arena {
 public:
  Arena() = default;
  ~Arena() { release(); }
  Arena(Arena&& other) noexcept { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    swap(other);
    return *this;
  }

  /// Throws std::bad_alloc; the former contents are gone.
  void resize(std::size_t bytes);
  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  void release();
  void swap(Arena& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace whybox
