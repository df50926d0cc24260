#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "base/image.h"
#include "model/bundle.h"

namespace whybox {

/// How a picture of any shape becomes the network's input.
enum class Fit {
  stretch,      ///< the whole picture, both sides scaled on their own: every pixel is explained
  centre_crop,  ///< the largest centred part of the network's proportions
  letterbox,    ///< the whole picture in proportion, bars of mid-grey around it
};
std::string_view to_string(Fit fit);
Result<Fit> parse_fit(std::string_view text);

/// A part of a picture, in pixels.
struct Rect {
  int top = 0, left = 0, height = 0, width = 0;
};
/// Which part of the picture the network sees, and where in its input that part lies.
struct Placement {
  Rect picture;
  Rect input;
};
Placement place_picture(int image_height, int image_width, int height, int width, Fit fit);

/// The picture at the network's size.
Image fit_image(const Image& image, int height, int width, Fit fit);
/// Takes a map at the network's size back to the picture's: [H, W] of the picture; 0 where the network saw nothing.
Heatmap unfit_heatmap(const Heatmap& map, int image_height, int image_width, Fit fit);

/// Turns pixels into the elements of a network's input tensor: normalisation, then quantisation where the input has one.
/// A network with one input channel gets the luma (ITU-R BT.601).
class Encoder {
 public:
  /// Errors: shape_mismatch unless the input is [1, H, W, 1 or 3]; unsupported_type unless it is f32, i8 or u8;
  /// bad_model for a quantised type without one positive scale; invalid_argument for a normalisation that is not finite or
  /// whose std is not positive.
  static Result<Encoder> create(const Graph& graph, const Normalization& normalization);

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return channels_; }
  std::size_t element_size() const { return byte_size(type_); }
  /// Bytes of one example.
  std::size_t example_bytes() const { return std::size_t(height_) * width_ * channels_ * element_size(); }

  /// Normalised values x = (v - mean) / std, [height, width, channels]. `image` has the network's size.
  std::vector<float> normalize(const Image& image) const;
  /// Writes normalised values as the input's elements, rounding to nearest and saturating: q = round(x / scale) + zero.
  /// Element by element, so any stretch of an example may be written by itself.
  void encode(std::span<const float> normalized, std::span<std::byte> example) const;
  /// Both at once, one example's bytes.
  std::vector<std::byte> encode(const Image& image) const;

 private:
  int height_ = 0, width_ = 0, channels_ = 0;
  ElementType type_ = ElementType::f32;
  float scale_ = 1;
  int zero_point_ = 0;
  Normalization normalization_;
};

}  // namespace whybox
