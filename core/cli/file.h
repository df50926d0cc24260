#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace whybox::cli {

/// Files above this are refused; no model or picture that can be used is larger.
inline constexpr std::size_t kMaxFileBytes = std::size_t{2} << 30;

/// The whole file. Errors: io (missing, a folder, unreadable, too large), naming the path.
Result<std::vector<std::byte>> read_file(const std::string& path);
/// Errors: io, naming the path.
Result<void> write_file(const std::string& path, std::span<const std::byte> bytes);
/// The path without its folders: "a/b.tflite" -> "b.tflite".
std::string file_name(const std::string& path);

}  // namespace whybox::cli
