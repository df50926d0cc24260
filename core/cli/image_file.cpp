#include "cli/image_file.h"

#include <libexif/exif-data.h>
#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "cli/file.h"

namespace whybox::cli {
namespace {

using Bytes = std::span<const std::byte>;

const unsigned char* data(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

bool begins_with(Bytes file, std::string_view signature, std::size_t at = 0) {
  return file.size() >= at + signature.size() && std::memcmp(data(file) + at, signature.data(), signature.size()) == 0;
}

/// What a file that is neither PNG nor JPEG looks like, for the message.
std::string_view looks_like(Bytes file) {
  if (file.empty()) return "an empty file";
  if (begins_with(file, "GIF8")) return "a GIF";
  if (begins_with(file, "RIFF") && begins_with(file, "WEBP", 8)) return "a WebP picture";
  if (begins_with(file, "ftyp", 4)) return "an AVIF, HEIC or video file";
  if (begins_with(file, "BM")) return "a BMP";
  if (begins_with(file, "II*") || begins_with(file, "MM")) return "a TIFF";
  if (begins_with(file, "TFL3", 4)) return "a .tflite model";
  return "something else";
}

Result<void> check_extents(const std::string& name, std::int64_t height, std::int64_t width) {
  if (height < 1 || width < 1 || height * width > kMaxImagePixels)
    return fail(ErrorCode::bad_image, "{}: {} x {} pixels, wanted 1 to {} in all", name, width, height, kMaxImagePixels);
  return {};
}

// ---- PNG ---------------------------------------------------------------------------------------------------------------

/// libpng's control structure, freed on every way out.
struct PngControl {
  png_image image{};
  PngControl() { image.version = PNG_IMAGE_VERSION; }
  ~PngControl() { png_image_free(&image); }
  PngControl(const PngControl&) = delete;
  PngControl& operator=(const PngControl&) = delete;
};

Result<Image> decode_png(Bytes file, const std::string& name) {
  PngControl png;
  if (!png_image_begin_read_from_memory(&png.image, file.data(), file.size()))
    return fail(ErrorCode::bad_image, "{}: broken PNG: {}", name, png.image.message);
  const int height = static_cast<int>(png.image.height), width = static_cast<int>(png.image.width);
  WHYBOX_CHECK(check_extents(name, png.image.height, png.image.width));
  const bool transparent = (png.image.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  png.image.format = transparent ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  // 16-bit files without a gamma chunk are sRGB, as browsers take them; libpng would think them linear.
  png.image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(png.image));
  if (!png_image_finish_read(&png.image, nullptr, pixels.data(), 0, nullptr))
    return fail(ErrorCode::bad_image, "{}: broken PNG: {}", name, png.image.message);
  if (transparent) return image_from_rgba(pixels.data(), pixels.size(), height, width);
  return Image{height, width, std::move(pixels)};
}

// ---- JPEG --------------------------------------------------------------------------------------------------------------

struct JpegCloser {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Jpeg = std::unique_ptr<void, JpegCloser>;

/// Bytes between segments that mean nothing; every decoder skips them.
bool is_harmless(std::string_view warning) { return warning.contains("extraneous bytes before marker"); }

/// Adobe's CMYK lies inverted in the file (255: no ink), so that R = C K / 255. All programs that write CMYK JPEGs do so.
std::vector<std::uint8_t> rgb_of_inverted_cmyk(const std::vector<std::uint8_t>& cmyk) {
  std::vector<std::uint8_t> rgb(cmyk.size() / 4 * 3);
  for (std::size_t pixel = 0; pixel < cmyk.size() / 4; ++pixel)
    for (std::size_t channel = 0; channel < 3; ++channel)
      rgb[3 * pixel + channel] = static_cast<std::uint8_t>((cmyk[4 * pixel + channel] * cmyk[4 * pixel + 3] + 127) / 255);
  return rgb;
}

Result<Image> decode_jpeg(Bytes file, const std::string& name) {
  const Jpeg jpeg(tjInitDecompress());
  if (!jpeg) return fail(ErrorCode::internal, "{}: the JPEG decoder cannot start: {}", name, tjGetErrorStr2(nullptr));
  int width = 0, height = 0, subsampling = 0, colour_space = 0;
  if (tjDecompressHeader3(jpeg.get(), data(file), file.size(), &width, &height, &subsampling, &colour_space) != 0)
    return fail(ErrorCode::bad_image, "{}: broken JPEG: {}", name, tjGetErrorStr2(jpeg.get()));
  WHYBOX_CHECK(check_extents(name, height, width));
  const bool cmyk = colour_space == TJCS_CMYK || colour_space == TJCS_YCCK;
  const int format = cmyk ? TJPF_CMYK : TJPF_RGB;
  std::vector<std::uint8_t> pixels(std::size_t(height) * width * tjPixelSize[format]);
  // Progressive files may have any number of scans, each as dear as a picture: a few kB could take minutes.
  constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
  if (tjDecompress2(jpeg.get(), data(file), file.size(), pixels.data(), width, 0, height, format, kFlags) != 0) {
    const std::string_view message = tjGetErrorStr2(jpeg.get());
    if (tjGetErrorCode(jpeg.get()) == TJERR_FATAL || !is_harmless(message))
      return fail(ErrorCode::bad_image, "{}: broken JPEG: {}", name, message);
  }
  return Image{height, width, cmyk ? rgb_of_inverted_cmyk(pixels) : std::move(pixels)};
}

struct ExifCloser {
  void operator()(ExifData* exif) const { exif_data_unref(exif); }
};

/// EXIF 2.32, tag 0x0112: 1 to 8; 1 (upright) where a file does not say.
int orientation(Bytes file) {
  const std::unique_ptr<ExifData, ExifCloser> exif(
      exif_data_new_from_data(data(file), static_cast<unsigned>(file.size())));
  if (!exif) return 1;
  ExifEntry* entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (!entry || entry->format != EXIF_FORMAT_SHORT || entry->components < 1) return 1;
  const int value = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
  return value >= 1 && value <= 8 ? value : 1;
}

/// Turns stored pixels upright. The eight orientations are: swap rows and columns (5 to 8), then mirror one or both axes.
Image upright(Image stored, int orientation) {
  if (orientation == 1) return stored;
  const bool transposed = orientation >= 5;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  Image image{transposed ? stored.width : stored.height, transposed ? stored.height : stored.width, {}};
  image.pixels.resize(stored.pixels.size());
  for (int y = 0; y < image.height; ++y) {
    const int row = flip_y ? image.height - 1 - y : y;
    for (int x = 0; x < image.width; ++x) {
      const int column = flip_x ? image.width - 1 - x : x;
      std::copy_n(transposed ? stored.at(column, row) : stored.at(row, column), 3, image.at(y, x));
    }
  }
  return image;
}

}  // namespace

Result<Image> decode_image(Bytes file, const std::string& name) {
  if (begins_with(file, "\x89PNG\r\n\x1a\n")) return decode_png(file, name);
  if (begins_with(file, "\xff\xd8\xff")) {
    WHYBOX_TRY(Image stored, decode_jpeg(file, name));
    return upright(std::move(stored), orientation(file));
  }
  return fail(ErrorCode::bad_image, "{}: looks like {}, wanted a PNG or JPEG picture", name, looks_like(file));
}

Result<Image> read_image(const std::string& path) {
  WHYBOX_TRY(const auto file, read_file(path));
  return decode_image(file, path);
}

Result<void> write_png(const std::string& path, const Image& image) {
  PngControl png;
  png.image.height = static_cast<png_uint_32>(image.height);
  png.image.width = static_cast<png_uint_32>(image.width);
  png.image.format = PNG_FORMAT_RGB;
  std::vector<std::byte> bytes(PNG_IMAGE_PNG_SIZE_MAX(png.image));
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&png.image, bytes.data(), &size, 0, image.pixels.data(), 0, nullptr))
    return fail(ErrorCode::io, "{}: cannot be written as PNG: {}", path, png.image.message);
  return write_file(path, std::span(bytes).first(size));
}

}  // namespace whybox::cli
