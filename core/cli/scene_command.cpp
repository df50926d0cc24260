#include <memory>
#include <nlohmann/json.hpp>
#include <print>

#include "cli/image_file.h"
#include "cli/options.h"
#include "cli/scene_set.h"

namespace whybox::cli {
namespace {

struct Options {
  std::string kind = "triangle";
  std::vector<std::string> params;
  std::string seed = "0";
  int size = 224;
  int count = 1;
  std::string png;
  std::string mask;
  std::string folder;
  std::string arrays;
  std::string sheet;
  bool rate = false;
  bool json = false;

  bool of_many() const { return !folder.empty() || !arrays.empty() || !sheet.empty() || rate; }
};

Result<void> write_set(const SceneKind& kind, const Params& params, const Options& options) {
  if (!options.png.empty() || !options.mask.empty() || options.json)
    return fail(ErrorCode::invalid_argument, "--png, --mask and --json are for one scene, --out, --npy, --sheet and --rate for many: got both");
  WHYBOX_TRY(const std::uint64_t seed, parse_seed(options.seed));
  const SceneSet set{kind, params, seed, options.count, options.size};
  if (!options.arrays.empty()) WHYBOX_CHECK(write_scene_arrays(set, options.arrays));
  if (!options.folder.empty()) WHYBOX_CHECK(write_scene_files(set, options.folder));
  if (!options.sheet.empty()) WHYBOX_CHECK(write_scene_sheet(set, options.sheet));
  if (options.rate) {
    WHYBOX_TRY(const double rate, scenes_per_second(set));
    std::println("{}: {:.0f} scenes of {} x {} pixels a second", kind.name, rate, options.size, options.size);
  }
  return {};
}

Result<void> run(const Options& options) {
  WHYBOX_TRY(const SceneKind* kind, find_scene_kind(options.kind));
  WHYBOX_TRY(const auto given, parse_params(options.params));
  WHYBOX_TRY(const Params params, resolve(kind->params, given));
  if (options.of_many()) return write_set(*kind, params, options);
  if (options.count != 1) return fail(ErrorCode::invalid_argument, "--count: got {}, wanted 1 without --out, --npy, --sheet or --rate", options.count);
  WHYBOX_TRY(const std::uint64_t seed, parse_seed(options.seed));
  WHYBOX_TRY(const Scene scene, kind->draw(params, seed, options.size));
  if (!options.png.empty()) WHYBOX_CHECK(write_png(options.png, scene.image));
  if (!options.mask.empty()) WHYBOX_CHECK(write_png(options.mask, mask_image(scene.truth, options.size)));
  if (options.json) {
    print_json(facts_of({*kind, params, seed, 1, options.size}, seed, scene));
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
      ->type_name("NAME=VALUE");
  app->add_option("--seed", options->seed, "same seed, same picture")->capture_default_str()->type_name("N");
  app->add_option("--size", options->size, "pixels on a side")->capture_default_str()->type_name("N");
  app->add_option("--png", options->png, "writes the picture")->type_name("FILE.png");
  app->add_option("--mask", options->mask, "writes the mask of what decides the class")->type_name("FILE.png");
  app->add_option("--count", options->count, "how many, with --out, --npy, --sheet or --rate; each has the next seed")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxSceneCount))
      ->type_name("N");
  app->add_option("--out", options->folder, "writes SEED.png, its masks and SEED.json of each")->type_name("FOLDER");
  app->add_option("--npy", options->arrays, "writes all pictures as one array, with FILE.labels.npy, FILE.attributes.npy and FILE.masks.npy beside it")
      ->type_name("FILE.npy");
  app->add_option("--sheet", options->sheet, "writes all pictures side by side as one")->type_name("FILE.png");
  app->add_flag("--rate", options->rate, "measures how many scenes are drawn in a second");
  app->add_flag("--json", options->json, "answer as JSON");
  return {app, [options] { return run(*options); }};
}

}  // namespace whybox::cli
