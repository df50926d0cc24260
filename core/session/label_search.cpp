#include "session/label_search.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <vector>

namespace whybox {
namespace {

// A message stays one readable line.
constexpr std::size_t kMaxSuggestions = 5;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::optional<long long> as_index(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Levenshtein 1966: least number of letters to insert, delete or replace. O(|a| |b|).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string listed(std::span<const std::string> labels, std::span<const int> indices) {
  std::string text;
  for (const int index : indices.first(std::min(indices.size(), kMaxSuggestions)))
    text += std::format("{}\"{}\" ({})", text.empty() ? "" : ", ", labels[static_cast<std::size_t>(index)], index);
  return indices.size() > kMaxSuggestions ? text + ", ..." : text;
}

/// Labels that hold the text come first, then those a few typing errors away.
std::vector<int> close_labels(std::span<const std::string> lowered, const std::string& wanted) {
  std::vector<std::pair<std::size_t, int>> ranked;
  const std::size_t most_errors = std::max<std::size_t>(1, (wanted.size() + 1) / 3);
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    if (lowered[i].contains(wanted)) {
      ranked.emplace_back(0, static_cast<int>(i));
    } else if (const auto distance = edit_distance(lowered[i], wanted); distance <= most_errors) {
      ranked.emplace_back(distance, static_cast<int>(i));
    }
  }
  std::ranges::sort(ranked);
  std::vector<int> indices;
  for (const auto& [distance, index] : ranked) indices.push_back(index);
  return indices;
}

template <class Matches>
std::vector<int> where(std::span<const std::string> lowered, Matches matches) {
  std::vector<int> found;
  for (std::size_t i = 0; i < lowered.size(); ++i)
    if (matches(lowered[i])) found.push_back(static_cast<int>(i));
  return found;
}

}  // namespace

Result<int> find_label(std::span<const std::string> labels, std::string_view text) {
  std::vector<std::string> lowered;
  for (const std::string& label : labels) lowered.push_back(lower(label));
  const std::string wanted = lower(text);
  if (const auto index = as_index(text)) {
    if (*index >= 0 && *index < static_cast<long long>(labels.size())) return static_cast<int>(*index);
  }
  for (const auto& found : {where(lowered, [&](const std::string& label) { return label == wanted; }),
                            where(lowered, [&](const std::string& label) { return label.starts_with(wanted); })}) {
    if (found.size() == 1) return found.front();
    if (found.size() > 1)
      return fail(ErrorCode::invalid_argument, "class \"{}\": {} labels match: {}; wanted one (an index will do)", text,
                  found.size(), listed(labels, found));
  }
  if (as_index(text)) return fail(ErrorCode::out_of_range, "class {}: wanted an index 0 to {}", text, labels.size() - 1);
  const std::vector<int> close = close_labels(lowered, wanted);
  if (close.empty())
    return fail(ErrorCode::invalid_argument, "class \"{}\": no label is like it; wanted an index 0 to {} or a label", text,
                labels.size() - 1);
  return fail(ErrorCode::invalid_argument, "class \"{}\": no such label; close ones are {}", text, listed(labels, close));
}

}  // namespace whybox
