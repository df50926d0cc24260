#include "decomposition/composite.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <ranges>

#include "decomposition/linear_map.h"
#include "grad/reverse.h"

namespace whybox {
namespace {

Composite each(const std::vector<ProductLayer>& layers, const auto& rule_of) {
  Composite composite;
  for (const ProductLayer& layer : layers) composite.emplace(layer.node, rule_of(layer));
  return composite;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n"), end = text.find_last_not_of(" \t\n");
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin, end - begin + 1);
}

/// Whether a text is of the pattern's form, where * stands for any characters.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] != '*') return !text.empty() && text[0] == pattern[0] && matches(pattern.substr(1), text.substr(1));
  return matches(pattern.substr(1), text) || (!text.empty() && matches(pattern, text.substr(1)));
}

struct Positions {
  int first, last;
};

/// "#3" or "#4-6"; nothing for any other text.
std::optional<Positions> positions(std::string_view where) {
  if (!where.starts_with('#')) return {};
  const auto number = [](std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
  };
  const auto dash = where.find('-');
  const auto first = number(where.substr(1, dash - 1));
  const auto last = dash == std::string_view::npos ? first : number(where.substr(dash + 1));
  if (!first || !last) return {};
  return Positions{*first, *last};
}

bool fits(std::string_view where, const ProductLayer& layer, int last) {
  if (where == "all") return true;
  if (where == "first") return layer.first;
  if (where == "last") return layer.position == last;
  if (const auto range = positions(where)) return layer.position >= range->first && layer.position <= range->last;
  return where == to_string(layer.kind) || matches(where, layer.name);
}

struct Entry {
  std::string_view where;
  Rule rule;
};

Result<Entry> parse_entry(std::string_view text) {
  const auto mark = text.rfind('=');
  if (mark == std::string_view::npos)
    return fail(ErrorCode::invalid_argument, "rules: got \"{}\", wanted where=rule, as in \"conv_2d=gamma 0.25, first=z-box\"", text);
  WHYBOX_TRY(Rule rule, parse_rule(trimmed(text.substr(mark + 1))));
  return Entry{trimmed(text.substr(0, mark)), std::move(rule)};
}

}  // namespace

std::vector<ProductLayer> product_layers(const Graph& twin) {
  std::vector<ProductLayer> layers;
  std::vector<bool> multiplied(twin.tensors.size(), false);  // whether a product layer lies before a tensor
  for (std::size_t i = 0; i < twin.nodes.size(); ++i) {
    const Node& node = twin.nodes[i];
    const bool before = std::ranges::any_of(node.inputs, [&](TensorId id) { return id != kNoTensor && multiplied[std::size_t(id)]; });
    multiplied[std::size_t(node.output)] = before || is_product(node);
    if (is_product(node))
      layers.push_back({i, std::string(layer_name(twin.tensor(node.output))), node.kind, int(layers.size()) + 1, !before});
  }
  return layers;
}

Result<Composite> named_composite(std::string_view name, float epsilon, float gamma, const std::vector<ProductLayer>& layers) {
  const Rule dense = epsilon_rule(epsilon);
  const auto of = [&](const Rule& first, const Rule& convolution) {
    return each(layers, [&](const ProductLayer& layer) {
      if (layer.first) return first;
      return layer.kind == OpKind::fully_connected ? dense : convolution;
    });
  };
  if (name == "epsilon") return of(dense, dense);
  if (name == "epsilon-plus-flat") return of(flat_rule(), z_plus_rule());
  if (name == "epsilon-gamma-box") return of(z_box_rule(), gamma_rule(gamma));
  if (name == "epsilon-alpha2-beta1-flat") return of(flat_rule(), alpha_beta_rule(2, 1));
  return fail(ErrorCode::invalid_argument, "unknown composite \"{}\"", name);
}

Composite deep_taylor_composite(const std::vector<ProductLayer>& layers) {
  return each(layers, [](const ProductLayer& layer) { return layer.first ? z_box_rule() : z_plus_rule(); });
}

Result<Composite> parse_composite(std::string_view text, float epsilon, const std::vector<ProductLayer>& layers) {
  Composite composite = each(layers, [&](const ProductLayer&) { return epsilon_rule(epsilon); });
  for (const auto piece : text | std::views::split(',')) {
    const std::string_view entry_text = trimmed(std::string_view(piece.begin(), piece.end()));
    if (entry_text.empty()) continue;
    WHYBOX_TRY(const Entry entry, parse_entry(entry_text));
    bool used = false;
    for (const ProductLayer& layer : layers) {
      if (!fits(entry.where, layer, int(layers.size()))) continue;
      if (entry.rule.reads_box() && !layer.first)
        return fail(ErrorCode::invalid_argument, "rules: z-box for \"{}\" (#{}), wanted a layer that reads the picture", layer.name,
                    layer.position);
      composite.at(layer.node) = entry.rule;
      used = true;
    }
    if (!used)
      return fail(ErrorCode::invalid_argument,
                  "rules: \"{}\" fits none of the {} layers, wanted all, first, last, a kind such as conv_2d, #1 to #{}, or a name",
                  entry.where, layers.size(), layers.size());
  }
  return composite;
}

}  // namespace whybox
