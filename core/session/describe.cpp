#include "session/describe.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

namespace whybox {
namespace {

/// The double with the shortest decimal text that reads back as this float: 0.1 and not 0.10000000149011612.
double number(float value) {
  char text[32];
  *std::to_chars(text, text + sizeof text - 1, value).ptr = '\0';
  return std::strtod(text, nullptr);
}

Json numbers(std::span<const float> values) {
  Json json = Json::array();
  for (const float value : values) json.push_back(number(value));
  return json;
}

Json bound(const ParamSpec& spec, double value) {
  return spec.kind == ParamKind::integer ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

Json value_of(const ParamSpec& spec, std::string_view text) {
  switch (spec.kind) {
    case ParamKind::integer: return std::strtoll(std::string(text).c_str(), nullptr, 10);
    case ParamKind::real: return std::strtod(std::string(text).c_str(), nullptr);
    case ParamKind::boolean: return text == "true";
    case ParamKind::choice:
    case ParamKind::layer:
    case ParamKind::text: break;
  }
  return text;
}

template <class Range>
Json list(const Range& items) {
  Json result = Json::array();
  for (const auto& item : items) result.push_back(describe(item));
  return result;
}

/// Whether any arithmetic is done on integers; quantize and dequantize nodes at the ends do not count.
bool is_quantized(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    const ElementType type = graph.tensor(node.output).type;
    if (node.kind != OpKind::quantize && node.kind != OpKind::dequantize &&
        (type == ElementType::i8 || type == ElementType::u8))
      return true;
  }
  return false;
}

/// Constants that nodes compute with; those that became attributes (axes, target shapes) are none.
std::int64_t parameter_count(const Graph& graph) {
  std::set<TensorId> constants;
  for (const Node& node : graph.nodes)
    for (const TensorId input : node.inputs)
      if (input != kNoTensor && graph.tensor(input).is_constant()) constants.insert(input);
  std::int64_t count = 0;
  for (const TensorId constant : constants) count += element_count(graph.tensor(constant).shape);
  return count;
}

Json input_of(const Network& network) {
  const Encoder& encoder = network.classifier().encoder();
  const Graph& graph = network.model().graph;
  return {{"height", encoder.height()},
          {"width", encoder.width()},
          {"channels", encoder.channels()},
          {"type", to_string(graph.tensor(graph.input).type)}};
}

Result<Json> describe_class(Session& session, int index) {
  WHYBOX_TRY(const ClassScore score, session.score(index));
  return Json{{"index", score.index}, {"label", score.label}, {"probability", number(score.probability)}};
}

/// What the running explanation explains.
Result<Json> describe_target(Session& session) {
  const Target& target = session.target();
  if (target.unit) {
    const auto [row, column] = target.unit->position.value_or(Unit::Position{});
    return Json{{"layer", target.unit->layer}, {"channel", target.unit->channel}, {"row", row}, {"column", column}};
  }
  WHYBOX_TRY(Json json, describe_class(session, target.index));
  if (target.versus) {
    WHYBOX_TRY(json["versus"], describe_class(session, *target.versus));
  }
  return json;
}

}  // namespace

Json describe(const ParamSpec& spec) {
  Json json{{"id", spec.id},
            {"label", spec.label},
            {"help", spec.help},
            {"kind", to_string(spec.kind)},
            {"default", value_of(spec, spec.default_value)}};
  if (spec.kind == ParamKind::integer || spec.kind == ParamKind::real) {
    json["min"] = bound(spec, spec.min);
    json["max"] = bound(spec, spec.max);
  }
  json["unit"] = spec.unit;
  if (spec.kind == ParamKind::choice) json["choices"] = spec.choices;
  return json;
}

Json describe(const Method& method) {
  Json needs = Json::array();
  if (method.needs.gradients) needs.push_back("gradients");
  if (method.needs.classes || !method.needs.gradients) needs.push_back("classes");
  return {{"id", method.id},
          {"name", method.name},
          {"summary", method.summary},
          {"reference", method.reference},
          {"family", to_string(method.family)},
          {"map", to_string(method.map)},
          {"unit", method.unit},
          {"needs", std::move(needs)},
          {"params", list(method.params)}};
}

Json describe(const SceneKind& kind) {
  return {{"id", kind.id},
          {"name", kind.name},
          {"summary", kind.summary},
          {"classes", kind.classes},
          {"attributes", list(kind.attributes)},
          {"handles", list(kind.handles)},
          {"params", list(kind.params)}};
}

Json describe(const AttributeSpec& spec) {
  return {{"id", spec.id}, {"name", spec.name}, {"values", spec.values}, {"speaks_for_class", spec.speaks_for_class}};
}

Json describe(const HandleSpec& handle) {
  Json json{{"id", handle.id}, {"label", handle.label}};
  const std::pair<const char*, std::string_view> params[] = {{"x", handle.x},       {"y", handle.y},           {"scale", handle.scale},
                                                             {"turn", handle.turn}, {"choice", handle.choice}, {"hue", handle.hue}};
  for (const auto& [key, id] : params)
    if (!id.empty()) json[key] = id;
  return json;
}

Json describe(const Layer& layer) {
  return {{"name", layer.name}, {"op", layer.op}, {"shape", layer.shape}, {"spatial", layer.spatial}};
}

Json describe(const Normalization& normalization) {
  return {{"mean", numbers(normalization.mean)}, {"std", numbers(normalization.std)}, {"source", normalization.source}};
}

Json describe(const ClassScore& score) {
  return {{"index", score.index},
          {"label", score.label},
          {"probability", number(score.probability)},
          {"logit", number(score.logit)}};
}

Json describe(const Finding& finding) {
  return {{"id", finding.id}, {"label", finding.label}, {"value", finding.value}};
}

Json describe(const Heatmap& map) {
  const auto [low, high] = std::ranges::minmax(map.values);
  return {{"height", map.height}, {"width", map.width}, {"min", number(low)}, {"max", number(high)}};
}

Json describe(const std::vector<Finding>& findings) { return list(findings); }

Json describe(const LayerRelevance& layer) {
  return {{"name", layer.name}, {"op", layer.op}, {"rule", layer.rule}, {"relevance", layer.relevance}};
}

Json describe(std::span<const LayerRelevance> layers) { return list(layers); }

Json describe(const SuperpixelFindings& findings) {
  Json json{{"count", findings.segmentation.count}, {"intercept", findings.intercept}, {"weights", numbers(findings.weights)}};
  if (!findings.errors.empty()) json["errors"] = numbers(findings.errors);
  return json;
}

Json describe(const Runs& runs) {
  const std::pair<const char*, Heatmap> maps[] = {{"mean", runs.mean()}, {"spread", runs.spread()}};
  Json json{{"count", runs.done()}, {"identical", runs.identical()}, {"agreement", runs.agreement()}};
  for (const auto& [key, map] : maps) {
    const auto [low, high] = std::ranges::minmax(map.values);
    json[key] = {{"min", number(low)}, {"max", number(high)}};
  }
  const auto weights = runs.weights();
  if (weights.empty()) return json;
  Json superpixels{{"mean", Json::array()}, {"spread", Json::array()}, {"positive", Json::array()}, {"negative", Json::array()}, {"flips", Json::array()}};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    superpixels["mean"].push_back(weights[i].mean);
    superpixels["spread"].push_back(weights[i].spread);
    superpixels["positive"].push_back(weights[i].positive);
    superpixels["negative"].push_back(weights[i].negative);
    if (weights[i].flips()) superpixels["flips"].push_back(i);
  }
  json["superpixels"] = std::move(superpixels);
  return json;
}

Json describe(std::span<const ParamSpec> specs, const Params& params) {
  Json json = Json::object();
  for (const ParamSpec& spec : specs) json[std::string(spec.id)] = value_of(spec, params.text(spec.id));
  return json;
}

Json describe_top(const Ranking& ranking, std::size_t count) {
  const std::span classes(ranking.classes);
  return list(count == 0 || count > classes.size() ? classes : classes.first(count));
}

Json describe_methods() {
  Json json = Json::array();
  for (const Method* method : methods()) json.push_back(describe(*method));
  return json;
}

Json describe_scene_kinds() {
  Json json = Json::array();
  for (const SceneKind* kind : scene_kinds()) json.push_back(describe(*kind));
  return json;
}

Json describe_model(const Session& session) {
  const Network& network = session.network();
  const Classifier& classifier = network.classifier();
  const Graph& graph = network.model().graph;
  const auto layer = network.default_layer();
  return {{"name", network.model().name},
          {"input", input_of(network)},
          {"classes", session.labels().size()},
          {"label_source", session.label_source()},
          {"normalization", describe(classifier.normalization())},
          {"head", to_string(classifier.scores().head)},
          {"layers", list(network.layers())},
          {"default_layer", layer ? Json((*layer)->name) : Json(nullptr)},
          {"quantized", is_quantized(graph)},
          {"parameters", parameter_count(graph)},
          {"multiply_adds", classifier.engine().multiply_adds()},
          {"operators", graph.nodes.size()}};
}

Result<Json> describe_explanation(Session& session) {
  WHYBOX_TRY(const Json target, describe_target(session));
  const Method& method = *session.method();
  // Seeds are 64 bits wide, JSON numbers in JavaScript 53: text keeps all of them.
  return Json{{"method", method.id},
              {"target", target},
              {"params", describe(std::span(method.params), session.params())},
              {"seed", std::to_string(session.seed())},
              {"map", to_string(session.map_kind())},
              {"unit", method.unit}};
}

std::string to_text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace whybox
