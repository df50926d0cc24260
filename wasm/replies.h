#pragma once
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <new>
#include <stdexcept>
#include <string>

#include "session/describe.h"

// What goes back to JavaScript.
namespace whybox {

using emscripten::val;

inline constexpr const char* kOutOfMemory = "out of memory: the picture or the model is too large for this browser tab";

inline val failure(ErrorCode code, const std::string& message) {
  val reply = val::object();
  reply.set("ok", false);
  reply.set("code", std::string(to_string(code)));
  reply.set("message", message);
  return reply;
}

inline val success(val value) {
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
inline val object(const Json& json) { return val::global("JSON").call<val>("parse", to_text(json)); }

inline val prediction(const Ranking& ranking, int top) {
  return object({{"forward_ms", ranking.forward_ms},
                 {"top", describe_top(ranking, static_cast<std::size_t>(std::max(top, 0)))}});
}

/// A copy that belongs to JavaScript: a view would dangle as soon as wasm memory grows.
template <class T>
val copied(const char* type, std::span<const T> values) {
  return val::global(type).new_(emscripten::typed_memory_view(values.size(), values.data()));
}
inline val copied(const std::vector<float>& values) { return copied<float>("Float32Array", values); }

inline val picture(const Image& image) {
  std::vector<std::uint8_t> rgba(image.pixels.size() / 3 * 4, 255);
  for (std::size_t i = 0; i < image.pixels.size() / 3; ++i) std::copy_n(&image.pixels[3 * i], 3, &rgba[4 * i]);
  val result = val::object();
  result.set("height", image.height);
  result.set("width", image.width);
  result.set("rgba", copied<std::uint8_t>("Uint8ClampedArray", rgba));
  return result;
}

/// {height, width, min, max, values}
inline val map_of(const Heatmap& map) {
  val result = object(describe(map));
  result.set("values", copied(map.values));
  return result;
}

}  // namespace whybox
