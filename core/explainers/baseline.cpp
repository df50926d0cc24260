#include "explainers/baseline.h"

#include "base/rng.h"

namespace whybox {
namespace {

constexpr std::string_view kMean = "mean", kRandom = "random";

Image random_image(const Task& task) {
  Rng rng = Rng::numbered(task.seed, 0);
  Image image = task.image;
  for (std::uint8_t& value : image.pixels) value = std::uint8_t(rng.below(256));
  return image;
}

}  // namespace

ParamSpec baseline_param() {
  return {.id = "baseline",
          .label = "Baseline",
          .help = "the picture of nothing: black, 0 after normalisation, a blur of the picture, or random pixels",
          .kind = ParamKind::choice,
          .default_value = "black",
          .choices = {"black", kMean, "blur", kRandom}};
}

Result<std::vector<float>> baseline(const Task& task) {
  const Encoder& encoder = task.network.classifier().encoder();
  const std::string& choice = task.params.text("baseline");
  if (choice == kMean) return std::vector<float>(std::size_t(encoder.height()) * encoder.width() * encoder.channels());
  if (choice == kRandom) return encoder.normalize(random_image(task));
  const Segmentation one = grid_superpixels(task.image.height, task.image.width, 1);
  WHYBOX_TRY(const Image image, fill_image(task.image, one, choice));
  return encoder.normalize(image);
}

}  // namespace whybox
