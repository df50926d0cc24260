#include "cli/npy.h"

#include <bit>

#include "cli/file.h"

namespace whybox::cli {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they lie in memory");

// The format wants the values to begin at a multiple of 64 bytes, for memory maps.
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kPreambleBytes = 10;  // magic, version, length of the dictionary

template <class T>
Result<void> write(const std::string& path, std::string_view type, int height, int width, const std::vector<T>& values) {
  const std::string head = npy_header(type, {height, width});
  const auto head_bytes = std::as_bytes(std::span(head));
  const auto value_bytes = std::as_bytes(std::span(values));
  std::vector<std::byte> bytes;
  bytes.reserve(head_bytes.size() + value_bytes.size());
  bytes.insert(bytes.end(), head_bytes.begin(), head_bytes.end());
  bytes.insert(bytes.end(), value_bytes.begin(), value_bytes.end());
  return write_file(path, bytes);
}

}  // namespace

std::string npy_header(std::string_view type, const std::vector<int>& shape) {
  std::string extents;
  for (const int extent : shape) extents += std::format("{}, ", extent);
  if (shape.size() > 1) extents.resize(extents.size() - 2);  // Python writes a tuple of one as "(5, )", all others without a last comma
  std::string dictionary = std::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, extents);
  while ((kPreambleBytes + dictionary.size() + 1) % kAlignment != 0) dictionary += ' ';
  dictionary += '\n';
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(dictionary.size() & 0xff);
  text += static_cast<char>(dictionary.size() >> 8);
  return text + dictionary;
}

Result<void> write_npy(const std::string& path, const Heatmap& map) {
  return write(path, "<f4", map.height, map.width, map.values);
}

Result<void> write_npy(const std::string& path, const Segmentation& segmentation) {
  return write(path, "<i4", segmentation.height, segmentation.width, segmentation.labels);
}

}  // namespace whybox::cli
