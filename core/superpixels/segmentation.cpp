#include "superpixels/segmentation.h"

#include <unordered_map>
#include <utility>

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

std::vector<ParamSpec> segmentation_params() {
  return {
      {.id = "segmentation",
       .label = "Superpixels by",
       .help = "slic follows the colours of the picture; grid cuts it into near-square cells",
       .kind = ParamKind::choice,
       .default_value = "slic",
       .choices = {"slic", "grid"}},
      {.id = "superpixels",
       .label = "How many",
       .help = "about how many superpixels; the picture decides the exact number",
       .kind = ParamKind::integer,
       .default_value = "50",
       .min = 1,
       .max = kMaxSuperpixels},
      {.id = "compactness",
       .label = "Compactness",
       .help = "slic only: how much distance in the plane counts against colour; higher is squarer",
       .kind = ParamKind::real,
       .default_value = "20",
       .min = 0.1,
       .max = 1000},
  };
}

Result<Segmentation> segment(const Image& image, const Params& params) {
  const std::string& method = params.text("segmentation");
  const int count = params.integer("superpixels");
  if (method == "slic") return slic_superpixels(image, {.count = count, .compactness = params.real("compactness")});
  if (method == "grid") return grid_superpixels(image.height, image.width, count);
  return fail(ErrorCode::invalid_argument, "segmentation: got \"{}\", wanted slic or grid", method);
}

}  // namespace whybox
