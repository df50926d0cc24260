#pragma once
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "session/session.h"

// What comes from JavaScript, checked.
namespace whybox {

using emscripten::val;

inline Result<std::vector<std::uint8_t>> bytes_of(std::string_view what, const val& array) {
  if (!array.instanceof(val::global("Uint8Array")) && !array.instanceof(val::global("Uint8ClampedArray")))
    return fail(ErrorCode::invalid_argument, "{}: wanted a Uint8Array", what);
  return emscripten::convertJSArrayToNumberVector<std::uint8_t>(array);
}

inline Result<std::vector<float>> floats_of(std::string_view what, const val& array) {
  if (!array.instanceof(val::global("Float32Array"))) return fail(ErrorCode::invalid_argument, "{}: wanted a Float32Array", what);
  return emscripten::convertJSArrayToNumberVector<float>(array);
}

inline Result<std::array<float, 3>> three(std::string_view what, const val& array) {
  if (!array.isArray() || array["length"].as<int>() != 3)
    return fail(ErrorCode::invalid_argument, "{}: wanted an array of 3 numbers", what);
  const auto values = emscripten::convertJSArrayToNumberVector<float>(array);
  return std::array{values[0], values[1], values[2]};
}

/// JavaScript's String(value), which is the text form that parameters are given in.
inline std::map<std::string, std::string> params_of(const val& values) {
  std::map<std::string, std::string> params;
  if (values.isUndefined() || values.isNull()) return params;
  const val entries = val::global("Object").call<val>("entries", values);
  for (int i = 0; i < entries["length"].as<int>(); ++i)
    params[entries[i][0].as<std::string>()] = val::global("String")(entries[i][1]).as<std::string>();
  return params;
}

inline Result<int> integer_of(std::string_view what, const val& value) {
  const double number = value.isNumber() ? value.as<double>() : std::nan("");
  if (number != std::floor(number) || std::abs(number) > std::numeric_limits<int>::max())
    return fail(ErrorCode::invalid_argument, "{}: wanted a whole number", what);
  return static_cast<int>(number);
}

inline Result<Unit> unit_of(const val& target) {
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
inline Result<Target> target_of(Session& session, const val& value) {
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

inline Result<std::uint64_t> seed_of(const val& seed) { return parse_seed(val::global("String")(seed).as<std::string>()); }

}  // namespace whybox
