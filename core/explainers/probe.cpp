#include "explainers/probe.h"

#include <algorithm>

#include "base/rng.h"
#include "engine/preprocess.h"
#include "scenes/scene.h"

namespace whybox {
namespace {

// Scenes have a smallest and a largest size of their own.
constexpr int kSmallestScene = 16, kLargestScene = 512;

}  // namespace

ParamSpec probe_param() {
  ParamSpec spec{.id = "probe",
                 .label = "Probe set",
                 .help = "pictures that stand for what the network usually sees: generated scenes, or those given with the task",
                 .kind = ParamKind::choice,
                 .default_value = scene_kinds().front()->id};
  for (const SceneKind* kind : scene_kinds()) spec.choices.push_back(kind->id);
  return spec;
}

Result<Image> probe_picture(const Task& task, int index) {
  const Encoder& encoder = task.network.classifier().encoder();
  if (!task.probe.empty()) return fit_image(task.probe[std::size_t(index) % task.probe.size()], encoder.height(), encoder.width(), Fit::stretch);
  WHYBOX_TRY(const SceneKind* kind, find_scene_kind(task.params.text("probe")));
  WHYBOX_TRY(const Params params, resolve(kind->params, {}));
  const int size = std::clamp(std::max(encoder.height(), encoder.width()), kSmallestScene, kLargestScene);
  const std::uint64_t seed = Rng::numbered(task.seed, std::uint64_t(index)).next();
  WHYBOX_TRY(const Scene scene, kind->draw(params, seed, size));
  return fit_image(scene.image, encoder.height(), encoder.width(), Fit::stretch);
}

}  // namespace whybox
