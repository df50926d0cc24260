#include "superpixels/segmentation.h"

#include <unordered_map>
#include <utility>

#include "superpixels/hierarchy.h"

namespace whybox {

Segmentation relabel(int height, int width, std::vector<std::int32_t> labels) {
  std::unordered_map<std::int32_t, std::int32_t> numbers;
  std::int32_t last = 0, number = -1;
  for (auto& label : labels) {
    // Neighbours mostly share a label: look only at changes.
    if (number < 0 || label != last) {
      last = label;
      number = numbers.try_emplace(label, std::int32_t(numbers.size())).first->second;
    }
    label = number;
  }
  return {height, width, int(numbers.size()), std::move(labels)};
}

std::vector<ParamSpec> segmentation_params(std::string_view count, int most) {
  return {
      {.id = "segmentation",
       .label = "Superpixels by",
       .help = "slic, quickshift and felzenszwalb follow the colours of the picture; grid cuts it into near-square cells; own: a label image of yours",
       .kind = ParamKind::choice,
       .default_value = "slic",
       .choices = {"slic", "grid", "quickshift", "felzenszwalb", "own"}},
      {.id = "superpixels",
       .label = "How many",
       .help = "about how many superpixels; quickshift and felzenszwalb: at most; own: as many as it has",
       .kind = ParamKind::integer,
       .default_value = count,
       .min = 1,
       .max = double(most)},
      {.id = "compactness",
       .label = "Compactness",
       .help = "slic only: how much distance in the plane counts against colour; higher is squarer",
       .kind = ParamKind::real,
       .default_value = "20",
       .min = 0.1,
       .max = 1000},
  };
}

namespace {

Result<Segmentation> own_segments(const Image& image, const Segmentation* own, int most) {
  if (own == nullptr) return fail(ErrorCode::invalid_argument, "segmentation: it is \"own\", but there is no label image; give one first");
  if (own->height != image.height || own->width != image.width)
    return fail(ErrorCode::shape_mismatch, "segmentation: the segments are {} x {}, the picture {} x {}", own->width, own->height, image.width, image.height);
  if (own->count > most) return fail(ErrorCode::out_of_range, "segmentation: the label image has {} segments, wanted at most {}", own->count, most);
  return *own;
}

}  // namespace

Result<Segmentation> segment(const Image& image, const Params& params, int most, const Segmentation* own) {
  const std::string& method = params.text("segmentation");
  const int count = params.integer("superpixels");
  if (method == "slic") return coarsened(image, slic_superpixels(image, {.count = count, .compactness = params.real("compactness")}), most);
  if (method == "grid") return coarsened(image, grid_superpixels(image.height, image.width, count), most);
  if (method == "quickshift") return coarsened(image, quickshift_superpixels(image), count);
  if (method == "own") return own_segments(image, own, most);
  if (method == "felzenszwalb") return coarsened(image, felzenszwalb_superpixels(image), count);
  return fail(ErrorCode::invalid_argument, "segmentation: got \"{}\", wanted slic, grid, quickshift, felzenszwalb or own", method);
}

}  // namespace whybox
