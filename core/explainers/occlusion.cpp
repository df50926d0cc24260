#include <algorithm>
#include <cmath>

#include "explainers/compose.h"
#include "explainers/sampling.h"

namespace whybox {
namespace {

constexpr std::string_view kId = "occlusion";
/// The window, where none is given, as a part of the input's shorter side: 32 pixels at 224.
constexpr float kAutomaticWindow = 1.0f / 7.0f;
/// The stride, where none is given, as a part of the window: 8 pixels for 32.
constexpr float kAutomaticStride = 0.25f;

/// Where a window of that width starts along a side of that length: every `stride` pixels, and at the far edge, so that
/// every pixel is covered (when stride <= window).
std::vector<int> positions(int length, int window, int stride) {
  std::vector<int> starts;
  for (int start = 0; start < length - window; start += stride) starts.push_back(start);
  starts.push_back(length - window);
  return starts;
}

/// 3 for positions on every eighth line of the lattice, ... 0 for those on odd lines.
int coarseness(std::size_t line) {
  int level = 0;
  while (level < 3 && line % (2u << level) == 0) ++level;
  return level;
}

/// All patches, the coarse lattice first and the ones between later, so that an unfinished map already shows the whole.
std::vector<Rect> patches(int height, int width, int window, int stride) {
  const auto tops = positions(height, window, stride), lefts = positions(width, window, stride);
  std::vector<Rect> found;
  for (int level = 3; level >= 0; --level)
    for (std::size_t i = 0; i < tops.size(); ++i)
      for (std::size_t j = 0; j < lefts.size(); ++j)
        if (std::min(coarseness(i), coarseness(j)) == level) found.push_back({tops[i], lefts[j], window, window});
  return found;
}

/// Sample 0 is the picture itself; sample i > 0 hides patch i - 1.
class Occlusion final : public SamplingExplanation {
 public:
  Occlusion(Task task, std::vector<Rect> patches, const Image& fill)
      : SamplingExplanation(std::move(task), kId, int(patches.size()) + 1, Pictures::alike),
        patches_(std::move(patches)),
        mixture_(encoder(), this->task().image, fill),
        sums_(std::size_t(encoder().height()) * encoder().width()),
        covers_(sums_.size()) {}

  /// Mean of the drops over the patches that cover a pixel; 0 where none has yet.
  Heatmap heatmap() const override {
    Heatmap map{encoder().height(), encoder().width(), std::vector<float>(sums_.size())};
    for (std::size_t i = 0; i < sums_.size(); ++i)
      if (covers_[i] > 0) map.values[i] = float(sums_[i] / covers_[i]);
    return map;
  }

  std::vector<Finding> findings() const override {
    return {{"probability", "Probability of the whole picture", probability_},
            {"largest_drop", "Largest drop under one patch", largest_drop_},
            {"patches", "Patches tried", double(std::max(0, done() - 1))}};
  }

 private:
  void compose(int sample, std::span<std::byte> example) override {
    mixture_.patch(sample == 0 ? Rect{} : patches_[std::size_t(sample) - 1], example);
  }

  void absorb(int sample, float probability) override {
    if (sample == 0) {
      probability_ = probability;
      return;
    }
    const double drop = probability_ - double(probability);
    largest_drop_ = sample == 1 ? drop : std::max(largest_drop_, drop);
    const Rect& patch = patches_[std::size_t(sample) - 1];
    for (int y = patch.top; y < patch.top + patch.height; ++y) {
      const std::size_t first = std::size_t(y) * encoder().width() + patch.left;
      for (std::size_t i = first; i < first + patch.width; ++i) sums_[i] += drop, ++covers_[i];
    }
  }

  std::vector<Rect> patches_;
  Mixture mixture_;
  std::vector<double> sums_;  // of drops, per pixel
  std::vector<int> covers_;   // how many patches have covered each pixel
  double probability_ = 0;
  double largest_drop_ = 0;
};

struct Window {
  int size, stride;
};

Result<Window> choose_window(const Task& task) {
  const int shorter = std::min(task.image.height, task.image.width);
  Window window{task.params.integer("window"), task.params.integer("stride")};
  if (window.size == 0) window.size = std::max(1, int(std::lround(kAutomaticWindow * shorter)));
  if (window.size > shorter)
    return fail(ErrorCode::out_of_range,
                "occlusion: window is {}, wanted at most {}, the shorter side of the network's {} x {} input",
                window.size, shorter, task.image.height, task.image.width);
  if (window.stride == 0) window.stride = std::max(1, int(std::lround(kAutomaticStride * window.size)));
  if (window.stride > window.size)
    return fail(ErrorCode::out_of_range,
                "occlusion: stride is {}, wanted at most the window's {}, or the pixels between two patches are never covered",
                window.stride, window.size);
  return window;
}

/// "mean" is the mean of the whole picture: one superpixel.
Result<Image> patch_fill(const Task& task) {
  const Segmentation one = grid_superpixels(task.image.height, task.image.width, 1);
  return fill_image(task.image, one, task.params);
}

Result<std::unique_ptr<Explanation>> start(Task task) {
  WHYBOX_CHECK(check(task, kId));
  WHYBOX_TRY(const Window window, choose_window(task));
  WHYBOX_TRY(const Image fill, patch_fill(task));
  auto found = patches(task.image.height, task.image.width, window.size, window.stride);
  return std::make_unique<Occlusion>(std::move(task), std::move(found), fill);
}

std::vector<ParamSpec> params() {
  return {
      {.id = "window",
       .label = "Window",
       .help = "side of the square patch; 0: a seventh of the input's shorter side (32 at 224)",
       .kind = ParamKind::integer,
       .default_value = "0",
       .min = 0,
       .max = 4096,
       .unit = "pixels of the network's input"},
      {.id = "stride",
       .label = "Stride",
       .help = "from one position to the next, at most the window; 0: a quarter of it (8 for 32)",
       .kind = ParamKind::integer,
       .default_value = "0",
       .min = 0,
       .max = 4096,
       .unit = "pixels of the network's input"},
      {.id = "fill",
       .label = "Patch shows",
       .help = "the picture's mean colour, mid-grey, a blur of the picture, black, or a colour of yours",
       .kind = ParamKind::choice,
       .default_value = "grey",
       .choices = {"mean", "grey", "blur", "black", "colour"}},
      {.id = "colour", .label = "Colour", .help = "where the patch shows a colour: # and six hexadecimal digits", .kind = ParamKind::text, .default_value = "#000000"},
  };
}

}  // namespace

const Method& occlusion_method() {
  static const Method method{
      .id = kId,
      .name = "Occlusion",
      .summary = "Slides a patch over the picture and shows how far the probability falls beneath it.",
      .reference = "Zeiler & Fergus 2014, arXiv:1311.2901",
      .family = Family::perturbation,
      .map = MapKind::signed_map,
      .unit = "probability",
      .needs = {},
      .params = params(),
      .start = start,
  };
  return method;
}

}  // namespace whybox
