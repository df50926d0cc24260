#include "support/npz.h"

#include <catch2/catch_test_macros.hpp>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>

#include "model/archive.h"

namespace whybox::test {
namespace {

/// The text between `before` and the next `after`.
std::string_view between(std::string_view text, std::string_view before, char after) {
  const std::size_t start = text.find(before);
  REQUIRE(start != std::string_view::npos);
  text.remove_prefix(start + before.size());
  return text.substr(0, text.find(after));
}

/// "2, 12, 10, 3" or "2," -> extents
Shape parse_extents(std::string_view text) {
  Shape shape;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    int extent = 0;
    const auto [next, error] = std::from_chars(at, end, extent);
    if (error == std::errc{}) shape.push_back(extent);
    at = error == std::errc{} ? next : at + 1;
  }
  return shape;
}

/// NumPy's format 1.0: magic, version, a 16-bit header length, a Python dictionary as text, the values.
Array parse_npy(std::span<const std::byte> file) {
  constexpr std::size_t kPrefix = 10;
  REQUIRE(file.size() > kPrefix);
  REQUIRE(std::memcmp(file.data(), "\x93NUMPY\x01", 7) == 0);
  const std::size_t length = std::to_integer<std::size_t>(file[8]) | std::to_integer<std::size_t>(file[9]) << 8;
  REQUIRE(file.size() >= kPrefix + length);
  const std::string_view header(reinterpret_cast<const char*>(file.data()) + kPrefix, length);
  Array array;
  array.type = between(header, "'descr': '", '\'');
  array.shape = parse_extents(between(header, "'shape': (", ')'));
  REQUIRE(between(header, "'fortran_order': ", ',') == "False");
  REQUIRE((array.type == "<f4" || array.type == "|i1" || array.type == "|u1"));
  array.bytes.assign(file.begin() + std::ptrdiff_t(kPrefix + length), file.end());
  REQUIRE(std::int64_t(array.bytes.size()) == element_count(array.shape) * std::int64_t(array.element_size()));
  return array;
}

}  // namespace

std::vector<float> Array::floats() const {
  std::vector<float> values;
  if (type == "<f4") values.assign(as<float>().begin(), as<float>().end());
  if (type == "|i1") values.assign(as<std::int8_t>().begin(), as<std::int8_t>().end());
  if (type == "|u1") values.assign(as<std::uint8_t>().begin(), as<std::uint8_t>().end());
  return values;
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  INFO(path.string());
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  const std::vector<char> text((std::istreambuf_iterator<char>(file)), {});
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> read_lines(const std::filesystem::path& path) {
  INFO(path.string());
  std::ifstream file(path);
  REQUIRE(file.good());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

std::map<std::string, Array> read_npz(const std::filesystem::path& path) {
  INFO(path.string());
  const std::vector<std::byte> file = read_file(path);
  const auto archive = Archive::open(file);
  REQUIRE(archive.has_value());
  std::map<std::string, Array> arrays;
  for (const ArchiveEntry& entry : archive->entries()) {
    const auto npy = archive->extract(entry);
    INFO(entry.path);
    REQUIRE(npy.has_value());
    REQUIRE(entry.path.ends_with(".npy"));
    arrays.emplace(entry.path.substr(0, entry.path.size() - 4), parse_npy(*npy));
  }
  return arrays;
}

}  // namespace whybox::test
