#pragma once
#include <span>
#include <string>

#include "base/image.h"

namespace whybox::cli {

/// Decodes a PNG (grey, palette, 16-bit, alpha over white, interlaced) or a JPEG (grey, progressive, CMYK), told apart by
/// their first bytes, and turns it the way its EXIF orientation says. Extents are checked before pixels are allocated.
/// Errors: bad_image, naming the file.
Result<Image> decode_image(std::span<const std::byte> file, const std::string& name);
/// Errors: io, bad_image.
Result<Image> read_image(const std::string& path);

/// An 8-bit RGB PNG. Errors: io.
Result<void> write_png(const std::string& path, const Image& image);

}  // namespace whybox::cli
