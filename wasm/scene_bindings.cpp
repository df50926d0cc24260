#include "scene_bindings.h"

#include "arguments.h"
#include "replies.h"

namespace whybox {
namespace {

/// [{name, coverage}]
val masks_of(const std::vector<SceneMask>& masks) {
  val list = val::array();
  for (const SceneMask& mask : masks) {
    val entry = val::object();
    entry.set("name", mask.name);
    entry.set("coverage", copied<std::uint8_t>("Uint8Array", mask.coverage));
    list.call<void>("push", entry);
  }
  return list;
}

/// [{id, value, coverage}], as in the kind's description.
val attributes_of(const SceneKind& kind, const Scene& scene) {
  val list = val::array();
  for (std::size_t i = 0; i < scene.attributes.size(); ++i) {
    val entry = val::object();
    entry.set("id", std::string(kind.attributes[i].id));
    entry.set("value", scene.attributes[i].value);
    entry.set("coverage", copied<std::uint8_t>("Uint8Array", scene.attributes[i].coverage));
    list.call<void>("push", entry);
  }
  return list;
}

/// [{id, x, y, radius}], the picture's side being 1.
val handles_of(const SceneKind& kind, const Scene& scene) {
  val list = val::array();
  for (std::size_t i = 0; i < scene.handles.size(); ++i) {
    const auto& [centre, radius] = scene.handles[i];
    if (radius == 0) continue;
    val entry = val::object();
    entry.set("id", std::string(kind.handles[i].id));
    entry.set("x", centre.x);
    entry.set("y", centre.y);
    entry.set("radius", radius);
    list.call<void>("push", entry);
  }
  return list;
}

}  // namespace

val list_scene_kinds() {
  return answered([]() -> Result<val> { return object(describe_scene_kinds()); });
}

val draw_scene(const std::string& id, const val& seed, int size, const val& params) {
  return answered([&]() -> Result<val> {
    WHYBOX_TRY(const SceneKind* kind, find_scene_kind(id));
    WHYBOX_TRY(const Params resolved, resolve(kind->params, params_of(params)));
    WHYBOX_TRY(const std::uint64_t number, seed_of(seed));
    WHYBOX_TRY(const Scene scene, kind->draw(resolved, number, size));
    val result = picture(scene.image);
    result.set("label", scene.label);
    result.set("class_name", std::string(kind->classes[static_cast<std::size_t>(scene.label)]));
    result.set("truth", copied<std::uint8_t>("Uint8Array", scene.truth.coverage));
    result.set("objects", masks_of(scene.objects));
    result.set("parts", masks_of(scene.parts));
    result.set("attributes", attributes_of(*kind, scene));
    result.set("handles", handles_of(*kind, scene));
    return result;
  });
}

}  // namespace whybox
