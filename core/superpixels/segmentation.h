#pragma once
#include <cstdint>
#include <vector>

#include "base/image.h"
#include "base/params.h"

namespace whybox {

/// A label image: every pixel's superpixel, numbered 0 .. count-1 without gaps, in reading order of first appearance.
struct Segmentation {
  int height = 0;
  int width = 0;
  int count = 0;
  std::vector<std::int32_t> labels;  ///< [height, width]
};

/// How many rows and columns of near-square cells make about `count` of them; each side has at least one pixel per cell.
struct GridExtent {
  int rows;
  int columns;
};
GridExtent grid_extent(int height, int width, int count);

/// Near-square cells, about `count` of them.
Segmentation grid_superpixels(int height, int width, int count);

struct SlicOptions {
  int count = 50;             ///< about how many superpixels
  float compactness = 20.0f;  ///< weight of distance in the plane against distance in CIELAB
  int iterations = 10;
};
/// Simple linear iterative clustering in CIELAB, with small pieces merged into a neighbour so that every superpixel is
/// connected. Achanta et al. 2012, "SLIC superpixels compared to state-of-the-art superpixel methods", algorithm 1.
Segmentation slic_superpixels(const Image& image, const SlicOptions& options);

struct QuickshiftOptions {
  float kernel = 4;          ///< standard deviation of the density's kernel, in pixels and colour units
  float max_distance = 200;  ///< beyond which a pixel joins no denser one
  float ratio = 0.2f;        ///< of colour against distance in the plane
};
/// Quick shift: every pixel joins the nearest one where colours and places lie denser. Vedaldi & Soatto 2008,
/// doi:10.1007/978-3-540-88693-8_52, section 3; the defaults are those of LIME's authors. O(pixels (6 kernel)^2).
Segmentation quickshift_superpixels(const Image& image, const QuickshiftOptions& options = {});

struct FelzenszwalbOptions {
  float scale = 100;   ///< how readily regions grow, in colour values of 0..255
  float sigma = 0.5f;  ///< of the blur that comes first, in pixels
  int least = 50;      ///< pixels of the smallest region
};
/// Regions join where the difference between them is no larger than inside them. Felzenszwalb & Huttenlocher 2004,
/// doi:10.1023/B:VISI.0000022288.19776.77, algorithm 1. O(pixels log pixels).
Segmentation felzenszwalb_superpixels(const Image& image, const FelzenszwalbOptions& options = {});

/// Renumbers a label image without gaps in reading order; any label values are accepted.
Segmentation relabel(int height, int width, std::vector<std::int32_t> labels);

/// More would be smaller than what a person can point at, and make a surrogate's equations (cubic in their number) cost
/// more than the network.
inline constexpr int kMaxSuperpixels = 400;

/// "segmentation", "superpixels" and "compactness", as methods that work on superpixels declare them.
/// @param count  how many by default, in digits; must outlive the specs
/// @param most   how many at most
std::vector<ParamSpec> segmentation_params(std::string_view count = "50", int most = kMaxSuperpixels);
/// Runs what `segmentation_params` describes; what comes out too fine is merged (see coarsened).
/// @param most  as there
/// @param own   what "own" takes, at the picture's size; none: nullptr
/// Errors: invalid_argument for another word, or "own" without any; out_of_range, shape_mismatch for own segments that do not fit.
Result<Segmentation> segment(const Image& image, const Params& params, int most = kMaxSuperpixels, const Segmentation* own = nullptr);

/// A label image as a person makes it: pixels of one colour, wherever they lie, are one segment.
/// Errors: bad_image, invalid_argument for a single colour, out_of_range for more than kMaxSuperpixels.
Result<Segmentation> segments_of_colours(const Image& image);
/// The same segments at another size: every pixel takes the label under its centre. Segments that no centre falls into are lost.
/// Errors: shape_mismatch unless the proportions are the same to within a pixel.
Result<Segmentation> segments_at(const Segmentation& segmentation, int height, int width);

/// A Gaussian blur of the picture hides detail and keeps its colours; its standard deviation is this part of the shorter
/// side, 10 pixels at 224 (as in Fong & Vedaldi 2017, section 4.2).
inline constexpr float kBlurPart = 10.0f / 224.0f;

/// The words that `fill_image` knows: mean, grey, blur, black, colour, inpaint.
std::vector<std::string_view> fill_choices();
/// "fill" and "colour", as methods that switch superpixels off declare them.
std::vector<ParamSpec> fill_params();
/// What stands in for a superpixel that is switched off.
/// "mean" (of each superpixel), "grey" (mid-grey), "blur" (Gaussian), "black", "colour" or "inpaint" (see inpainted).
/// @param colour  "#rrggbb", read where the fill is "colour"
/// Errors: invalid_argument for another word or what is no colour, shape_mismatch when the two differ in size.
Result<Image> fill_image(const Image& image, const Segmentation& segmentation, std::string_view fill, std::string_view colour = "#000000");
/// As the parameters say.
Result<Image> fill_image(const Image& image, const Segmentation& segmentation, const Params& params);
/// Each superpixel in its mean colour.
Image mean_coloured(const Image& image, const Segmentation& segmentation);

}  // namespace whybox
