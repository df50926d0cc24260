#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/shape.h"

namespace whybox::test {

/// One array of a NumPy archive, row-major.
struct Array {
  Shape shape;
  std::string type;  ///< NumPy's: "<f4", "|i1", "|u1"
  std::vector<std::byte> bytes;

  template <class T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  std::size_t element_size() const { return type == "<f4" ? 4 : 1; }
  /// The values as stored, whatever their type.
  std::vector<float> floats() const;
};

/// A whole file; fails the running test if it cannot be read.
std::vector<std::byte> read_file(const std::filesystem::path& path);

/// The non-empty lines of a text file; fails the running test if it cannot be read.
std::vector<std::string> read_lines(const std::filesystem::path& path);

/// The arrays of a `.npz` (numpy.savez or savez_compressed) by name; fails the running test if anything is amiss.
std::map<std::string, Array> read_npz(const std::filesystem::path& path);

}  // namespace whybox::test
