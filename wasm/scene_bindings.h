#pragma once
#include <emscripten/val.h>

#include <string>

namespace whybox {

/// Every kind of scene with its parameters.
emscripten::val list_scene_kinds();
/// A scene's picture, truth, masks, attributes and handles.
emscripten::val draw_scene(const std::string& id, const emscripten::val& seed, int size, const emscripten::val& params);

}  // namespace whybox
