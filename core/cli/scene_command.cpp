#include <memory>
#include <nlohmann/json.hpp>
#include <print>

#include "cli/image_file.h"
#include "cli/options.h"

namespace whybox::cli {
namespace {

struct Options {
  std::string kind = "triangle";
  std::vector<std::string> params;
  std::uint64_t seed = 0;
  int size = 224;
  std::string png;
  std::string mask;
  bool json = false;
};

/// White where the deciding object covers the pixel.
Image mask_image(const SceneMask& mask, int size) {
  Image image{size, size, {}};
  for (const std::uint8_t value : mask.coverage) image.pixels.insert(image.pixels.end(), 3, value);
  return image;
}

Json answer(const SceneKind& kind, const Params& params, const Scene& scene, std::uint64_t seed) {
  Json parts = Json::array();
  for (const SceneMask& part : scene.parts) parts.push_back(part.name);
  return {{"kind", kind.id},
          {"params", describe(std::span(kind.params), params)},
          {"seed", std::to_string(seed)},
          {"height", scene.image.height},
          {"width", scene.image.width},
          {"label", scene.label},
          {"class_name", kind.classes[static_cast<std::size_t>(scene.label)]},
          {"parts", std::move(parts)}};
}

Result<void> run(const Options& options) {
  WHYBOX_TRY(const SceneKind* kind, find_scene_kind(options.kind));
  WHYBOX_TRY(const auto given, parse_params(options.params));
  WHYBOX_TRY(const Params params, resolve(kind->params, given));
  WHYBOX_TRY(const Scene scene, kind->draw(params, options.seed, options.size));
  if (!options.png.empty()) WHYBOX_CHECK(write_png(options.png, scene.image));
  if (!options.mask.empty()) WHYBOX_CHECK(write_png(options.mask, mask_image(scene.truth, options.size)));
  if (options.json) {
    print_json(answer(*kind, params, scene, options.seed));
  } else {
    std::println("{} (seed {}): {}", kind->name, options.seed, kind->classes[static_cast<std::size_t>(scene.label)]);
  }
  return {};
}

}  // namespace

Command add_scene(CLI::App& root) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = root.add_subcommand("scene", "draw a synthetic picture whose truth is known");
  app->add_option("--kind", options->kind, "family of scenes")->capture_default_str()->type_name("ID");
  app->add_option("--param", options->params, "a parameter of the family; may be given again")
      ->expected(1)
      ->type_name("NAME=VALUE");
  app->add_option("--seed", options->seed, "same seed, same picture")->capture_default_str()->type_name("N");
  app->add_option("--size", options->size, "pixels on a side")->capture_default_str()->type_name("N");
  app->add_option("--png", options->png, "writes the picture")->type_name("FILE.png");
  app->add_option("--mask", options->mask, "writes the mask of what decides the class")->type_name("FILE.png");
  app->add_flag("--json", options->json, "answer as JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace whybox::cli
