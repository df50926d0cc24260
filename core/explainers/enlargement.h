#pragma once
#include <span>
#include <vector>

namespace whybox {

/// Bilinear enlargement of a map, half-pixel centres, edges repeated; linear, so it has a transpose, which a gradient goes back by.
class Enlargement {
 public:
  Enlargement(int from_height, int from_width, int to_height, int to_width);
  /// @param map  [from_height, from_width]  @returns [to_height, to_width]
  std::vector<float> apply(std::span<const float> map) const;
  /// @param gradient  [to_height, to_width]  @returns [from_height, from_width]
  std::vector<float> transposed(std::span<const float> gradient) const;

 private:
  /// One axis: output i is (1 - part) source[low] + part source[high].
  struct Tap {
    int low, high;
    float part;
  };
  static std::vector<Tap> taps(int from, int to);
  template <class Visit>
  void for_each_tap(const Visit& visit) const;

  int from_height_, from_width_;
  std::vector<Tap> rows_, columns_;
};

}  // namespace whybox
