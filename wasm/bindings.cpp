// The module as JavaScript sees it; whybox.d.ts describes every call. Only this folder knows Embind.
#include <emscripten/heap.h>

#include "arguments.h"
#include "replies.h"
#include "scene_bindings.h"
#include "session/benchmark.h"

namespace whybox {
namespace {

// The build starts one worker fewer than this (PTHREAD_POOL_SIZE in CMakeLists.txt); a team that asked for more would wait
// for ever, because a worker cannot be started while the thread that starts it is busy.
constexpr int kMaxBrowserThreads = 8;

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

// emscripten_get_heap_size counts the pages that linear memory has grown to.
double memory_bytes() { return static_cast<double>(emscripten_get_heap_size()); }

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
