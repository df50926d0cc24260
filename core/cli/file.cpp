#include "cli/file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace whybox::cli {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

std::unexpected<Error> failed(const std::string& path, std::string_view what) {
  return fail(ErrorCode::io, "{}: {}: {}", path, what, std::strerror(errno));
}

}  // namespace

Result<std::vector<std::byte>> read_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return fail(ErrorCode::io, "{}: is a folder, wanted a file", path);
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return failed(path, "cannot be opened");
  std::vector<std::byte> bytes;
  constexpr std::size_t kChunk = std::size_t{1} << 20;
  for (std::size_t filled = 0;;) {
    bytes.resize(filled + kChunk);
    const std::size_t got = std::fread(&bytes[filled], 1, kChunk, file.get());
    filled += got;
    if (filled > kMaxFileBytes)
      return fail(ErrorCode::io, "{}: more than {} bytes, wanted at most that", path, kMaxFileBytes);
    if (got == kChunk) continue;
    if (std::ferror(file.get())) return failed(path, "cannot be read");
    bytes.resize(filled);
    return bytes;
  }
}

Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) {
  File file(std::fopen(path.c_str(), "wb"));
  if (!file) return failed(path, "cannot be written");
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  // A full disk may show only when the last buffer is flushed.
  if (std::fclose(file.release()) != 0 || !written) return failed(path, "cannot be written");
  return {};
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

}  // namespace whybox::cli
