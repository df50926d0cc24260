#include "cli/image_file.h"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "picture_files.h"

using namespace whybox;
using namespace whybox::testing;

namespace {

using Pixel = std::array<int, 3>;

Result<Image> decode(const std::string& file) { return cli::decode_image(std::as_bytes(std::span(file)), "x"); }

Image decoded(const std::string& file) {
  auto image = decode(file);
  INFO((image ? "" : image.error().message));
  REQUIRE(image.has_value());
  return *std::move(image);
}

Error error_of(const std::string& file) {
  const auto image = decode(file);
  REQUIRE_FALSE(image.has_value());
  CHECK(image.error().code == ErrorCode::bad_image);
  return image.error();
}

Pixel pixel(const Image& image, int y, int x) { return {image.at(y, x)[0], image.at(y, x)[1], image.at(y, x)[2]}; }

/// JPEG at quality 98 moves a flat colour by rounding only: twice through YCbCr, and its quantisation steps of 1 or 2.
bool near(const Pixel& got, const Pixel& wanted, int tolerance = 4) {
  for (std::size_t i = 0; i < 3; ++i)
    if (std::abs(got[i] - wanted[i]) > tolerance) return false;
  return true;
}

/// A JPEG of 16 x 32 pixels, of which the top left 8 x 8 block is red and the rest blue.
std::string marked_jpeg() {
  JpegPixels pixels{16, 32, TJPF_RGB, {}};
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 32; ++x)
      for (const int value : y < 8 && x < 8 ? Pixel{255, 0, 0} : Pixel{0, 0, 255})
        pixels.bytes.push_back(static_cast<std::uint8_t>(value));
  return jpeg_file(pixels, TJSAMP_444);
}

}  // namespace

TEST_CASE("an RGB PNG is read as it is") {
  const Image image = decoded(png_file({1, 2, 8, PngColour::rgb, png_rows(1, "\x01\x02\x03\xf0\xe0\xd0")}));
  CHECK(image.height == 1);
  CHECK(image.width == 2);
  CHECK(pixel(image, 0, 0) == Pixel{1, 2, 3});
  CHECK(pixel(image, 0, 1) == Pixel{0xf0, 0xe0, 0xd0});
}

TEST_CASE("a picture of one pixel is read") {
  CHECK(pixel(decoded(png_file({1, 1, 8, PngColour::rgb, png_rows(1, "abc")})), 0, 0) == Pixel{'a', 'b', 'c'});
}

TEST_CASE("grey PNGs of 1 to 8 bits span black to white") {
  CHECK(pixel(decoded(png_file({1, 1, 8, PngColour::grey, png_rows(1, "\x40")})), 0, 0) == Pixel{64, 64, 64});
  const Image bits = decoded(png_file({1, 8, 1, PngColour::grey, png_rows(1, "\x80")}));
  CHECK(pixel(bits, 0, 0) == Pixel{255, 255, 255});
  CHECK(pixel(bits, 0, 1) == Pixel{0, 0, 0});
}

TEST_CASE("16-bit PNGs keep the upper byte, as sRGB") {
  const std::string row("\x80\x80\x40\x40\xff\xff", 6);
  const Pixel got = pixel(decoded(png_file({1, 1, 16, PngColour::rgb, png_rows(1, row)})), 0, 0);
  // libpng goes through a linear table of limited precision.
  CHECK(near(got, {0x80, 0x40, 0xff}, 1));
  CHECK(near(pixel(decoded(png_file({1, 1, 16, PngColour::grey, png_rows(1, "\x60\x60")})), 0, 0), {0x60, 0x60, 0x60}, 1));
}

TEST_CASE("palette PNGs are looked up") {
  const Image image =
      decoded(png_file({1, 2, 8, PngColour::palette, png_rows(1, std::string("\x01\x00", 2)), "\x0a\x0b\x0c\x14\x15\x16"}));
  CHECK(pixel(image, 0, 0) == Pixel{20, 21, 22});
  CHECK(pixel(image, 0, 1) == Pixel{10, 11, 12});
}

TEST_CASE("transparency is put over white") {
  CHECK(pixel(decoded(png_file({1, 1, 8, PngColour::rgba, png_rows(1, std::string("\xff\x00\x00\x00", 4))})), 0, 0) ==
        Pixel{255, 255, 255});
  const Pixel half = pixel(decoded(png_file({1, 1, 8, PngColour::grey_alpha, png_rows(1, std::string("\x00\x80", 2))})), 0, 0);
  CHECK(near(half, {127, 127, 127}, 1));
}

TEST_CASE("a 12000-pixel-wide picture is read within a second") {
  const std::string file = png_file({100, 12000, 8, PngColour::rgb, png_rows(100, std::string(36000, '\x7f'))});
  const auto begin = std::chrono::steady_clock::now();
  const Image image = decoded(file);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
  CHECK(image.width == 12000);
}

TEST_CASE("a picture larger than memory allows is refused by its header") {
  const auto begin = std::chrono::steady_clock::now();
  const Error error = error_of(png_file({100'000, 100'000, 8, PngColour::rgb, png_rows(1, "abc")}));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
  CHECK(error.message == "x: 100000 x 100000 pixels, wanted 1 to 200000000 in all");
}

TEST_CASE("a PNG cut off anywhere is refused or whole") {
  std::string rows;  // noise, so that the data is long
  for (int i = 0; i < 64 * (1 + 64 * 3); ++i) rows += i % 193 == 0 ? '\0' : static_cast<char>(i * 7919 >> 5);
  const std::string file = png_file({64, 64, 8, PngColour::rgb, rows});
  const Image whole = decoded(file);
  for (std::size_t size = 0; size < file.size() - 12; size += 97) {  // the last 12 bytes say "end" only
    INFO("first " << size << " bytes");
    CHECK_FALSE(decode(file.substr(0, size)).has_value());
  }
}

TEST_CASE("a PNG with a flipped bit is refused or read, never worse") {
  const std::string file = png_file({8, 8, 8, PngColour::rgb, png_rows(8, std::string(24, 'q'))});
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string broken = file;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
    const auto image = decode(broken);
    if (image) CHECK(validate(*image).has_value());
  }
}

TEST_CASE("a colour JPEG is read") {
  const Image image = decoded(marked_jpeg());
  CHECK(image.height == 16);
  CHECK(image.width == 32);
  CHECK(near(pixel(image, 2, 2), {255, 0, 0}));
  CHECK(near(pixel(image, 12, 20), {0, 0, 255}));
}

TEST_CASE("a grey JPEG has three equal channels") {
  const Image image = decoded(jpeg_file({8, 8, TJPF_GRAY, std::vector<std::uint8_t>(64, 90)}, TJSAMP_GRAY));
  CHECK(near(pixel(image, 3, 3), {90, 90, 90}));
}

TEST_CASE("a CMYK JPEG is read as inverted ink") {
  // 255 is no ink: cyan 255, magenta 128, yellow 0 and no black give red 255, green 128, blue 0.
  std::vector<std::uint8_t> cmyk;
  for (int i = 0; i < 64; ++i) cmyk.insert(cmyk.end(), {255, 128, 0, 255});
  const Image image = decoded(jpeg_file({8, 8, TJPF_CMYK, cmyk}, TJSAMP_444));
  CHECK(near(pixel(image, 4, 4), {255, 128, 0}));
}

TEST_CASE("a picture is turned the way its EXIF orientation says") {
  // Where the stored top left corner is on the upright picture.
  struct Case {
    std::uint8_t orientation;
    bool turned, bottom, right;
  };
  for (const auto& [orientation, turned, bottom, right] :
       {Case{1, false, false, false}, Case{2, false, false, true}, Case{3, false, true, true}, Case{4, false, true, false},
        Case{5, true, false, false}, Case{6, true, false, true}, Case{7, true, true, true}, Case{8, true, true, false}}) {
    INFO("orientation " << int(orientation));
    const Image image = decoded(with_orientation(marked_jpeg(), orientation));
    CHECK(image.height == (turned ? 32 : 16));
    CHECK(image.width == (turned ? 16 : 32));
    CHECK(near(pixel(image, bottom ? image.height - 3 : 2, right ? image.width - 3 : 2), {255, 0, 0}));
  }
}

TEST_CASE("an orientation that does not exist is ignored") {
  CHECK(decoded(with_orientation(marked_jpeg(), 9)).width == 32);
}

TEST_CASE("a JPEG cut off anywhere is refused") {
  const std::string file = marked_jpeg();
  for (std::size_t size = 3; size < file.size() - 2; size += 5) {
    INFO("first " << size << " bytes");
    CHECK(error_of(file.substr(0, size)).message.starts_with("x: "));
  }
}

TEST_CASE("files that are no pictures are named for what they look like") {
  CHECK(error_of("").message == "x: looks like an empty file, wanted a PNG or JPEG picture");
  CHECK(error_of("GIF89a").message.contains("a GIF"));
  CHECK(error_of("RIFF....WEBPVP8 ").message.contains("a WebP picture"));
  CHECK(error_of(std::string("\0\0\0\x20" "ftypavif", 12)).message.contains("an AVIF"));
  CHECK(error_of(std::string("\x1c\0\0\0TFL3", 8)).message.contains("a .tflite model"));
  CHECK(error_of("hello").message.contains("something else"));
}

TEST_CASE("a PNG that is written is read back the same") {
  Image image{3, 5, {}};
  for (int i = 0; i < 45; ++i) image.pixels.push_back(static_cast<std::uint8_t>(i * 5));
  const auto path = std::filesystem::temp_directory_path() / "whybox_image_file_test.png";
  REQUIRE(cli::write_png(path.string(), image).has_value());
  const auto back = cli::read_image(path.string());
  std::filesystem::remove(path);
  REQUIRE(back.has_value());
  CHECK(back->height == 3);
  CHECK(back->pixels == image.pixels);
}

TEST_CASE("a missing file, a folder and a place that cannot be written are io errors with their path") {
  CHECK(cli::read_image("/nowhere/cat.png").error().message.starts_with("/nowhere/cat.png: cannot be opened: "));
  CHECK(cli::read_image("/").error().code == ErrorCode::io);
  const auto written = cli::write_png("/nowhere/cat.png", {1, 1, {0, 0, 0}});
  CHECK(written.error().code == ErrorCode::io);
}
