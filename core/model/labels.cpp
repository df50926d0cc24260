#include <charconv>

#include "model/bundle.h"
#include "model/text.h"

namespace whybox {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view without_spaces(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view{}
                                         : line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(without_spaces(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

/// What follows "17 " in a line; the line itself unless it begins with that number and a blank.
std::string_view after_index(std::string_view line, std::size_t index) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (error != std::errc{} || number != index || digits == line.size()) return line;
  const char next = line[digits];
  return next == ' ' || next == '\t' ? without_spaces(line.substr(digits)) : line;
}

}  // namespace

Result<std::vector<std::string>> parse_labels(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!is_text(text)) return fail(ErrorCode::bad_labels, "the label file is not UTF-8 text");
  const auto lines = lines_of(text);
  if (lines.empty()) return fail(ErrorCode::bad_labels, "the label file is empty");

  bool numbered = true;
  for (std::size_t i = 0; i < lines.size(); ++i) numbered = numbered && after_index(lines[i], i) != lines[i];
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view label = numbered ? after_index(lines[i], i) : lines[i];
    labels.push_back(label.empty() ? std::format("class {}", i) : std::string(label));
  }
  return labels;
}

}  // namespace whybox
