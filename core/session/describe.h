#pragma once
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "session/session.h"

namespace whybox {

/// Everything that leaves the core as structured text has these forms, on the command line and in the page: json.md.
/// Keys keep the order in which they are written down there.
using Json = nlohmann::ordered_json;

Json describe(const ParamSpec& spec);
Json describe(const Method& method);
Json describe(const SceneKind& kind);
Json describe(const AttributeSpec& spec);
Json describe(const HandleSpec& handle);
Json describe(const Layer& layer);
Json describe(const Normalization& normalization);
Json describe(const ClassScore& score);
Json describe(const Finding& finding);
/// Extents and range; the values themselves are no matter for JSON.
Json describe(const Heatmap& map);
Json describe(const std::vector<Finding>& findings);
Json describe(const LayerRelevance& layer);
Json describe(std::span<const LayerRelevance> layers);
Json describe(const SuperpixelFindings& findings);
Json describe(const Runs& runs);
/// The values of `specs`, typed as in their descriptions.
Json describe(std::span<const ParamSpec> specs, const Params& params);
/// The first `count` classes; 0: all.
Json describe_top(const Ranking& ranking, std::size_t count);

Json describe_methods();
Json describe_scene_kinds();
/// The session's model. It must have one.
Json describe_model(const Session& session);
/// The running explanation: method, target, parameters, seed. Errors: those of Session::score.
Result<Json> describe_explanation(Session& session);

/// As text, bytes that are not UTF-8 replaced (labels come from anybody's files). @param indent  -1: one line
std::string to_text(const Json& json, int indent = -1);

}  // namespace whybox
