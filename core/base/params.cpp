#include "base/params.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace whybox {
namespace {

// strtod instead of from_chars: libc++ has no floating-point from_chars yet.
std::expected<double, Error> parse_number(const ParamSpec& spec, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size() || !std::isfinite(value))
    return fail(ErrorCode::invalid_argument, "parameter {}: got \"{}\", wanted a number", spec.id, text);
  if (spec.kind == ParamKind::integer && value != std::floor(value))
    return fail(ErrorCode::invalid_argument, "parameter {}: got {}, wanted a whole number", spec.id, text);
  if (value < spec.min || value > spec.max)
    return fail(ErrorCode::out_of_range, "parameter {}: got {}, wanted {:.10g} to {:.10g}", spec.id, text, spec.min,
                spec.max);  // ten digits: a plain {} writes 100000 as 1e+05
  return value;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

Result<void> check(const ParamSpec& spec, const std::string& value) {
  switch (spec.kind) {
    case ParamKind::integer:
    case ParamKind::real:
      WHYBOX_CHECK(parse_number(spec, value));
      return {};
    case ParamKind::boolean:
      if (value != "true" && value != "false")
        return fail(ErrorCode::invalid_argument, "parameter {}: got \"{}\", wanted true or false", spec.id, value);
      return {};
    case ParamKind::choice:
      if (std::ranges::find(spec.choices, value) == spec.choices.end())
        return fail(ErrorCode::invalid_argument, "parameter {}: got \"{}\", wanted one of {}", spec.id, value,
                    joined(spec.choices));
      return {};
    case ParamKind::layer:
    case ParamKind::text: return {};  // only the method knows the network's layers, and what a text is to say
  }
  return {};
}

}  // namespace

std::string_view to_string(ParamKind kind) {
  switch (kind) {
    case ParamKind::integer: return "integer";
    case ParamKind::real: return "real";
    case ParamKind::choice: return "choice";
    case ParamKind::boolean: return "boolean";
    case ParamKind::layer: return "layer";
    case ParamKind::text: return "text";
  }
  return "";
}

int Params::integer(std::string_view id) const { return static_cast<int>(std::strtod(text(id).c_str(), nullptr)); }
float Params::real(std::string_view id) const { return std::strtof(text(id).c_str(), nullptr); }
bool Params::boolean(std::string_view id) const { return text(id) == "true"; }

const std::string& Params::text(std::string_view id) const {
  const auto found = values_.find(id);
  assert(found != values_.end() && "a method may only ask for parameters it declares");
  return found->second;
}

Result<Params> resolve(std::span<const ParamSpec> specs, const std::map<std::string, std::string>& given) {
  Params params;
  for (const ParamSpec& spec : specs) params.values_.emplace(spec.id, spec.default_value);
  for (const auto& [id, value] : given) {
    const auto spec = std::ranges::find(specs, id, &ParamSpec::id);
    if (spec == specs.end()) {
      std::vector<std::string_view> known;
      for (const ParamSpec& each : specs) known.push_back(each.id);
      return fail(ErrorCode::invalid_argument, "unknown parameter \"{}\"; this method has: {}", id,
                  known.empty() ? "none" : joined(known));
    }
    WHYBOX_CHECK(check(*spec, value));
    params.values_[id] = value;
  }
  return params;
}

}  // namespace whybox
