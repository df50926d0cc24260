#include "cli/npy.h"

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <filesystem>

#include "cli/file.h"

using namespace whybox;

namespace {

std::string written(const auto& array) {
  const auto path = std::filesystem::temp_directory_path() / "whybox_npy_test.npy";
  REQUIRE(cli::write_npy(path.string(), array).has_value());
  const auto bytes = cli::read_file(path.string());
  std::filesystem::remove(path);
  REQUIRE(bytes.has_value());
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

}  // namespace

TEST_CASE("a map is written as little-endian float32 [H, W] behind a header of a multiple of 64 bytes") {
  const std::string file = written(Heatmap{2, 3, {0, 1, 2, 3, 4, -5.5f}});
  CHECK(file.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t header = 10 + static_cast<unsigned char>(file[8]) + 256 * static_cast<unsigned char>(file[9]);
  CHECK(header % 64 == 0);
  CHECK(file[header - 1] == '\n');
  CHECK(file.substr(10).starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"));
  REQUIRE(file.size() == header + 24);
  float last = 0;
  std::memcpy(&last, &file[header + 20], 4);
  CHECK(last == -5.5f);
}

TEST_CASE("labels are written as little-endian int32") {
  const std::string file = written(Segmentation{1, 2, 2, {0, 1}});
  CHECK(file.contains("'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), "));
  CHECK(file.ends_with(std::string("\x00\x00\x00\x00\x01\x00\x00\x00", 8)));
}
