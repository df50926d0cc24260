#include <memory>
#include <nlohmann/json.hpp>
#include <print>

#include "cli/image_file.h"
#include "cli/npy.h"
#include "cli/options.h"
#include "cli/overlay.h"

namespace whybox::cli {
namespace {

// SLIC visits every pixel some hundred times; beyond this a person would wait for minutes.
constexpr std::int64_t kMaxPixels = 25'000'000;

struct Options {
  std::string image;
  std::map<std::string, std::string> params;  // by the ids of segmentation_params()
  std::string out;
  std::string png;
  bool json = false;
};

Json answer(const Segmentation& segmentation, const Params& params) {
  std::vector<int> pixels(static_cast<std::size_t>(segmentation.count));
  for (const auto label : segmentation.labels) ++pixels[static_cast<std::size_t>(label)];
  return {{"height", segmentation.height},
          {"width", segmentation.width},
          {"count", segmentation.count},
          {"params", describe(segmentation_params(), params)},
          {"pixels", pixels}};
}

Result<void> run(const Options& options) {
  const auto specs = segmentation_params();
  WHYBOX_TRY(const Params params, resolve(specs, options.params));
  WHYBOX_TRY(const Image image, read_image(options.image));
  if (std::int64_t(image.height) * image.width > kMaxPixels)
    return fail(ErrorCode::bad_image, "{}: {} x {} pixels, wanted at most {} to cut into superpixels", options.image,
                image.width, image.height, kMaxPixels);
  WHYBOX_TRY(const Segmentation segmentation, segment(image, params));
  if (!options.out.empty()) WHYBOX_CHECK(write_npy(options.out, segmentation));
  if (!options.png.empty()) WHYBOX_CHECK(write_png(options.png, outlined(image, segmentation)));
  if (options.json) {
    print_json(answer(segmentation, params));
  } else {
    std::println("{}: {} superpixels", options.image, segmentation.count);
  }
  return {};
}

/// An option for one parameter of segmentation_params(), which says what it may be.
void add_param(CLI::App& app, const std::shared_ptr<Options>& options, std::string_view flag, const ParamSpec& spec) {
  const auto keep = [options, id = std::string(spec.id)](const std::string& value) { options->params[id] = value; };
  app.add_option_function<std::string>(std::format("--{}", flag), keep,
                                       std::format("{} (default: {})", spec.help, spec.default_value));
}

}  // namespace

Command add_segment(CLI::App& root) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = root.add_subcommand("segment", "cut a picture into superpixels");
  app->add_option("--image", options->image, "a PNG or JPEG picture")->required()->type_name("FILE");
  for (const ParamSpec& spec : segmentation_params()) {
    // In a command about superpixels, the word names their kind.
    const std::string_view flag = spec.id == "segmentation" ? "superpixels" : spec.id == "superpixels" ? "count" : spec.id;
    add_param(*app, options, flag, spec);
  }
  app->add_option("--out", options->out, "writes the superpixel of every pixel as int32 [H, W]")->type_name("FILE.npy");
  app->add_option("--png", options->png, "writes the picture with their outlines")->type_name("FILE.png");
  app->add_flag("--json", options->json, "answer as JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace whybox::cli
