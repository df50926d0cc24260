// The module as JavaScript sees it; whybox.d.ts describes every call. The only place that knows Embind.
#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <new>
#include <stdexcept>
#include <string>

#include "session/benchmark.h"
#include "session/describe.h"

namespace whybox {
namespace {

using emscripten::val;

// The build starts one worker fewer than this (PTHREAD_POOL_SIZE in CMakeLists.txt); a team that asked for more would wait
// for ever, because a worker cannot be started while the thread that starts it is busy.
constexpr int kMaxBrowserThreads = 8;

constexpr const char* kOutOfMemory = "out of memory: the picture or the model is too large for this browser tab";

// ---- Replies -----------------------------------------------------------------------------------------------------------

val failure(ErrorCode code, const std::string& message) {
  val reply = val::object();
  reply.set("ok", false);
  reply.set("code", std::string(to_string(code)));
  reply.set("message", message);
  return reply;
}

val success(val value) {
  val reply = val::object();
  reply.set("ok", true);
  reply.set("value", std::move(value));
  return reply;
}

/// Runs one call; whatever it answers or throws becomes a reply. Only the standard library throws in the core, and only
/// when memory ends.
template <class Call>
val answered(Call call) {
  try {
    const Result<val> result = call();
    return result ? success(*result) : failure(result.error().code, result.error().message);
  } catch (const std::bad_alloc&) {
    return failure(ErrorCode::out_of_memory, kOutOfMemory);
  } catch (const std::length_error&) {  // a vector of more than 2^31 bytes
    return failure(ErrorCode::out_of_memory, kOutOfMemory);
  } catch (const std::exception& error) {
    return failure(ErrorCode::internal, error.what());
  }
}

/// A plain JavaScript object.
val object(const Json& json) { return val::global("JSON").call<val>("parse", to_text(json)); }

val prediction(const Ranking& ranking, int top) {
  return object({{"forward_ms", ranking.forward_ms},
                 {"top", describe_top(ranking, static_cast<std::size_t>(std::max(top, 0)))}});
}

/// A copy that belongs to JavaScript: a view would dangle as soon as wasm memory grows.
template <class T>
val copied(const char* type, std::span<const T> values) {
  return val::global(type).new_(emscripten::typed_memory_view(values.size(), values.data()));
}
val copied(const std::vector<float>& values) { return copied<float>("Float32Array", values); }

val picture(const Image& image) {
  std::vector<std::uint8_t> rgba(image.pixels.size() / 3 * 4, 255);
  for (std::size_t i = 0; i < image.pixels.size() / 3; ++i) std::copy_n(&image.pixels[3 * i], 3, &rgba[4 * i]);
  val result = val::object();
  result.set("height", image.height);
  result.set("width", image.width);
  result.set("rgba", copied<std::uint8_t>("Uint8ClampedArray", rgba));
  return result;
}

/// {height, width, min, max, values}
val map_of(const Heatmap& map) {
  val result = object(describe(map));
  result.set("values", copied(map.values));
  return result;
}

// ---- Arguments ---------------------------------------------------------------------------------------------------------

Result<std::vector<std::uint8_t>> bytes_of(std::string_view what, const val& array) {
  if (!array.instanceof(val::global("Uint8Array")) && !array.instanceof(val::global("Uint8ClampedArray")))
    return fail(ErrorCode::invalid_argument, "{}: wanted a Uint8Array", what);
  return emscripten::convertJSArrayToNumberVector<std::uint8_t>(array);
}

Result<std::vector<float>> floats_of(std::string_view what, const val& array) {
  if (!array.instanceof(val::global("Float32Array"))) return fail(ErrorCode::invalid_argument, "{}: wanted a Float32Array", what);
  return emscripten::convertJSArrayToNumberVector<float>(array);
}

Result<std::array<float, 3>> three(std::string_view what, const val& array) {
  if (!array.isArray() || array["length"].as<int>() != 3)
    return fail(ErrorCode::invalid_argument, "{}: wanted an array of 3 numbers", what);
  const auto values = emscripten::convertJSArrayToNumberVector<float>(array);
  return std::array{values[0], values[1], values[2]};
}

/// JavaScript's String(value), which is the text form that parameters are given in.
std::map<std::string, std::string> params_of(const val& values) {
  std::map<std::string, std::string> params;
  if (values.isUndefined() || values.isNull()) return params;
  const val entries = val::global("Object").call<val>("entries", values);
  for (int i = 0; i < entries["length"].as<int>(); ++i)
    params[entries[i][0].as<std::string>()] = val::global("String")(entries[i][1]).as<std::string>();
  return params;
}

Result<int> integer_of(std::string_view what, const val& value) {
  const double number = value.isNumber() ? value.as<double>() : std::nan("");
  if (number != std::floor(number) || std::abs(number) > std::numeric_limits<int>::max())
    return fail(ErrorCode::invalid_argument, "{}: wanted a whole number", what);
  return static_cast<int>(number);
}

Result<Unit> unit_of(const val& target) {
  Unit unit{.layer = target["layer"].as<std::string>()};
  WHYBOX_TRY(unit.channel, integer_of("target.channel", target["channel"]));
  if (target["row"].isUndefined() && target["column"].isUndefined()) return unit;
  Unit::Position at;
  WHYBOX_TRY(at.row, integer_of("target.row", target["row"]));
  WHYBOX_TRY(at.column, integer_of("target.column", target["column"]));
  unit.position = at;
  return unit;
}

/// A class index, {class, versus} or {layer, channel, row, column}.
Result<Target> target_of(Session& session, const val& value) {
  if (value.isNumber()) {
    WHYBOX_TRY(const int index, integer_of("target", value));
    return index == -1 ? session.find_class("").transform([](int best) { return Target(best); }) : Result<Target>(index);
  }
  if (value.isUndefined() || value.isNull()) return fail(ErrorCode::invalid_argument, "target: wanted a class or a unit");
  if (value["layer"].isString()) return unit_of(value).transform([](Unit unit) { return Target(std::move(unit)); });
  WHYBOX_TRY(Target target, target_of(session, value["class"]));
  if (!value["versus"].isUndefined()) {
    WHYBOX_TRY(target.versus, integer_of("target.versus", value["versus"]));
  }
  return target;
}

Result<std::uint64_t> seed_of(const val& seed) { return parse_seed(val::global("String")(seed).as<std::string>()); }

// ---- The module's own functions ----------------------------------------------------------------------------------------

val build() {
  return answered([]() -> Result<val> {
    Json json{{"version", WHYBOX_VERSION}, {"threads", false}, {"relaxed_simd", false}};
#ifdef __EMSCRIPTEN_PTHREADS__
    json["threads"] = true;
#endif
#ifdef __wasm_relaxed_simd__
    json["relaxed_simd"] = true;
#endif
    return object(json);
  });
}

val list_methods() {
  return answered([]() -> Result<val> { return object(describe_methods()); });
}

val list_scene_kinds() {
  return answered([]() -> Result<val> { return object(describe_scene_kinds()); });
}

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

// emscripten_get_heap_size counts the pages that linear memory has grown to.
double memory_bytes() { return static_cast<double>(emscripten_get_heap_size()); }

// ---- Session -----------------------------------------------------------------------------------------------------------

/// Session with JavaScript's arguments and replies.
class BoundSession {
 public:
  explicit BoundSession(int threads) : session_(std::min(threads, kMaxBrowserThreads)) {}

  val load_model(const val& file, const std::string& name, const std::string& labels) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const auto bytes, bytes_of("model file", file));
      WHYBOX_CHECK(session_.load_model(std::as_bytes(std::span(bytes)), name, labels));
      return object(describe_model(session_));
    });
  }

  val model() {
    return answered([&]() -> Result<val> {
      if (!session_.has_model()) return fail(ErrorCode::invalid_argument, "no model: load one first");
      return object(describe_model(session_));
    });
  }

  val set_labels(const std::string& labels) {
    return answered([&]() -> Result<val> {
      WHYBOX_CHECK(session_.set_labels(labels));
      return object(describe_model(session_));
    });
  }

  val set_normalization(const val& mean, const val& std) {
    return answered([&]() -> Result<val> {
      Normalization normalization{.source = "user"};
      WHYBOX_TRY(normalization.mean, three("mean", mean));
      WHYBOX_TRY(normalization.std, three("std", std));
      WHYBOX_CHECK(session_.set_normalization(normalization));
      return object(describe_model(session_));
    });
  }

  val set_image(const val& rgba, int height, int width) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const auto bytes, bytes_of("picture", rgba));
      WHYBOX_TRY(Image image, image_from_rgba(bytes.data(), bytes.size(), height, width));
      WHYBOX_CHECK(session_.set_image(std::move(image)));
      return val::null();
    });
  }

  val set_fit(const std::string& text) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const Fit fit, parse_fit(text));
      session_.set_fit(fit);
      return val::null();
    });
  }

  val set_updates(bool on) {
    return answered([&]() -> Result<val> {
      WHYBOX_CHECK(session_.set_updates(on));
      return val::null();
    });
  }

  /// null drops them.
  val set_segments(const val& rgba, int height, int width) {
    return answered([&]() -> Result<val> {
      if (rgba.isNull()) {
        session_.clear_segments();
        return val(0);
      }
      WHYBOX_TRY(const auto bytes, bytes_of("label image", rgba));
      WHYBOX_TRY(const Image image, image_from_rgba(bytes.data(), bytes.size(), height, width));
      WHYBOX_CHECK(session_.set_segments(image));
      return val(session_.segments()->count);
    });
  }

  val network_image() {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const Image* image, session_.fitted());
      return picture(*image);
    });
  }

  val predict(int top) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const Ranking ranking, session_.predict());
      return prediction(ranking, top);
    });
  }

  val output(const std::string& name) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const Tensor tensor, session_.output(name));
      val result = object({{"shape", tensor.shape}});
      result.set("values", copied(tensor.values));
      return result;
    });
  }

  val output_map(const std::string& name, int channel) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const Heatmap map, session_.output_map(name, channel));
      val result = object(describe(map));
      result.set("values", copied(map.values));
      return result;
    });
  }

  val predict_with(const std::string& name, const val& values, int top) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const auto numbers, floats_of(name, values));
      WHYBOX_TRY(const Ranking ranking, session_.predict_with(name, numbers));
      return prediction(ranking, top);
    });
  }

  val find_class(const std::string& text) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const int index, session_.find_class(text));
      return val(index);
    });
  }

  val start(const std::string& method, const val& target, const val& params, const val& seed) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const std::uint64_t number, seed_of(seed));
      WHYBOX_TRY(const Target chosen, target_of(session_, target));
      WHYBOX_CHECK(session_.start(method, chosen, params_of(params), number));
      WHYBOX_TRY(const Json json, describe_explanation(session_));
      return object(json);
    });
  }

  val step() {
    return answered([&]() -> Result<val> {
      WHYBOX_CHECK(session_.step());
      val result = val::object();
      result.set("progress", session_.explanation()->progress());
      result.set("done", session_.finished());
      return result;
    });
  }

  val cancel() {
    return answered([&]() -> Result<val> {
      session_.cancel();
      return val::null();
    });
  }

  val heatmap() {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const Heatmap map, session_.heatmap());
      Json json = describe(map);
      json["map"] = to_string(session_.map_kind());
      json["unit"] = session_.method()->unit;
      json["findings"] = describe(session_.explanation()->findings());
      if (const auto layers = session_.explanation()->layers(); !layers.empty()) json["layers"] = describe(layers);
      val result = object(json);
      result.set("values", copied(map.values));
      if (const auto errors = session_.errors()) result.set("errors", copied(errors->values));
      return result;
    });
  }

  val begin_runs(int count) {
    return answered([&]() -> Result<val> {
      WHYBOX_CHECK(session_.begin_runs(count));
      return val::null();
    });
  }

  val step_runs() {
    return answered([&]() -> Result<val> {
      WHYBOX_CHECK(session_.step_runs());
      val result = val::object();
      result.set("progress", session_.runs_progress());
      result.set("done", session_.runs() == nullptr || session_.runs()->finished());
      return result;
    });
  }

  val cancel_runs() {
    return answered([&]() -> Result<val> {
      session_.cancel_runs();
      return val::null();
    });
  }

  val runs() {
    return answered([&]() -> Result<val> {
      const Runs* runs = session_.runs();
      if (!runs) return val::null();
      val result = object(describe(*runs));
      result.set("wanted", runs->wanted());
      result.set("mean", map_of(runs->mean()));
      result.set("spread", map_of(runs->spread()));
      return result;
    });
  }

  val superpixels() {
    return answered([&]() -> Result<val> {
      const SuperpixelFindings* findings = session_.explanation() ? session_.explanation()->superpixels() : nullptr;
      if (!findings) return val::null();
      WHYBOX_TRY(const Segmentation segmentation, session_.superpixels_in_image());
      val result = val::object();
      result.set("height", segmentation.height);
      result.set("width", segmentation.width);
      result.set("count", segmentation.count);
      result.set("labels", copied<std::int32_t>("Int32Array", segmentation.labels));
      result.set("weights", copied(findings->weights));
      result.set("errors", copied(findings->errors));
      result.set("intercept", findings->intercept);
      return result;
    });
  }

  val switch_superpixels(const val& on) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const auto flags, bytes_of("superpixel switches", on));
      WHYBOX_TRY(const Switched switched, session_.switch_superpixels(flags));
      val result = val::object();
      result.set("probabilities", copied(switched.probabilities));
      result.set("surrogate", switched.surrogate);
      return result;
    });
  }

  val switched_image(const val& on) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const auto flags, bytes_of("superpixel switches", on));
      WHYBOX_TRY(const Image image, session_.switched_image(flags));
      return picture(image);
    });
  }

  val benchmark(int batch, int repeats) {
    return answered([&]() -> Result<val> {
      WHYBOX_TRY(const Benchmark benchmark, measure(session_, batch, repeats));
      return object(describe(benchmark));
    });
  }

 private:
  Session session_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(whybox) {
  emscripten::function("build", &build);
  emscripten::function("methods", &list_methods);
  emscripten::function("sceneKinds", &list_scene_kinds);
  emscripten::function("scene", &draw_scene);
  emscripten::function("memoryBytes", &memory_bytes);
  emscripten::class_<BoundSession>("Session")
      .constructor<int>()
      .function("loadModel", &BoundSession::load_model)
      .function("model", &BoundSession::model)
      .function("setLabels", &BoundSession::set_labels)
      .function("setNormalization", &BoundSession::set_normalization)
      .function("setImage", &BoundSession::set_image)
      .function("setFit", &BoundSession::set_fit)
      .function("setUpdates", &BoundSession::set_updates)
      .function("setSegments", &BoundSession::set_segments)
      .function("networkImage", &BoundSession::network_image)
      .function("predict", &BoundSession::predict)
      .function("output", &BoundSession::output)
      .function("outputMap", &BoundSession::output_map)
      .function("predictWith", &BoundSession::predict_with)
      .function("findClass", &BoundSession::find_class)
      .function("start", &BoundSession::start)
      .function("step", &BoundSession::step)
      .function("cancel", &BoundSession::cancel)
      .function("heatmap", &BoundSession::heatmap)
      .function("beginRuns", &BoundSession::begin_runs)
      .function("stepRuns", &BoundSession::step_runs)
      .function("cancelRuns", &BoundSession::cancel_runs)
      .function("runs", &BoundSession::runs)
      .function("superpixels", &BoundSession::superpixels)
      .function("switchSuperpixels", &BoundSession::switch_superpixels)
      .function("switchedImage", &BoundSession::switched_image)
      .function("benchmark", &BoundSession::benchmark);
}

}  // namespace whybox
