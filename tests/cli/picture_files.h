#pragma once
// Makes small PNG and JPEG files byte by byte or by their libraries' writers, so that readers can be tested with formats that
// the project itself never writes.
#include <turbojpeg.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whybox::testing {

/// Colour types of the PNG specification, third edition, table 8.
enum class PngColour : std::uint8_t { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgba = 6 };

struct Png {
  std::uint32_t height, width;
  std::uint8_t depth;
  PngColour colour;
  std::string rows;          ///< every row preceded by its filter byte, 0
  std::string palette = {};  ///< RGB triples
};

inline std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

inline std::string png_chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(static_cast<std::uint32_t>(sum));
}

inline std::string png_file(const Png& png) {
  std::string header = big_endian(png.width) + big_endian(png.height);
  header += {static_cast<char>(png.depth), static_cast<char>(png.colour), 0, 0, 0};
  uLongf size = compressBound(static_cast<uLong>(png.rows.size()));
  std::string packed(size, 0);
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(png.rows.data()),
           static_cast<uLong>(png.rows.size()));
  packed.resize(size);
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) + (png.palette.empty() ? "" : png_chunk("PLTE", png.palette)) +
         png_chunk("IDAT", packed) + png_chunk("IEND", "");
}

/// `count` rows of the same bytes.
inline std::string png_rows(std::size_t count, const std::string& row) {
  std::string rows;
  for (std::size_t i = 0; i < count; ++i) rows += '\0' + row;
  return rows;
}

struct JpegPixels {
  int height, width;
  TJPF format;
  std::vector<std::uint8_t> bytes;
};

inline std::string jpeg_file(const JpegPixels& pixels, TJSAMP subsampling) {
  const tjhandle jpeg = tjInitCompress();
  unsigned char* data = nullptr;
  unsigned long size = 0;
  tjCompress2(jpeg, pixels.bytes.data(), pixels.width, 0, pixels.height, pixels.format, &data, &size, subsampling, 98, 0);
  std::string file(reinterpret_cast<const char*>(data), size);
  tjFree(data);
  tjDestroy(jpeg);
  return file;
}

/// The file with an EXIF segment that says how the stored pixels are to be turned (EXIF 2.32, tag 0x0112).
inline std::string with_orientation(const std::string& jpeg, std::uint8_t orientation) {
  std::string tiff = "MM";
  tiff += {0, 42, 0, 0, 0, 8};                                                            // big-endian, first directory at 8
  tiff += {0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, static_cast<char>(orientation), 0, 0};  // one entry: SHORT, 1 value
  tiff += {0, 0, 0, 0};                                                                   // no further directory
  const std::string body = std::string("Exif\0\0", 6) + tiff;
  std::string segment = "\xff\xe1";
  segment += {static_cast<char>((body.size() + 2) >> 8), static_cast<char>(body.size() + 2)};
  return jpeg.substr(0, 2) + segment + body + jpeg.substr(2);
}

}  // namespace whybox::testing
