#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace whybox {

/// Archives with more entries than this are refused: a model and its labels are two.
inline constexpr std::size_t kMaxArchiveEntries = 4096;
/// An entry may be this large once unpacked (VGG-16 in float32 has 553 MB) ...
inline constexpr std::uint64_t kMaxUnpackedBytes = std::uint64_t{1} << 30;
/// ... and, beyond the first megabyte, this many times its packed size. Weights hardly compress; a zip bomb grows 1000-fold.
inline constexpr std::uint64_t kMaxGrowth = 100;

struct ArchiveEntry {
  std::string path;  ///< with folders, "/" between them
  std::uint64_t packed_bytes = 0;
  std::uint64_t unpacked_bytes = 0;
  unsigned index = 0;

  /// The path without its folders.
  std::string_view name() const;
};

/// A zip in memory, which must outlive it. Files only: folders are left out, and so is what macOS adds (`__MACOSX/`, `._name`).
class Archive {
 public:
  /// Also finds an archive that follows other data, as in a .tflite with metadata. Errors: bad_archive.
  static Result<Archive> open(std::span<const std::byte> file);
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  ~Archive();

  const std::vector<ArchiveEntry>& entries() const { return entries_; }
  /// The entry's contents; sizes are checked before anything is allocated, the checksum after. Errors: bad_archive.
  Result<std::vector<std::byte>> extract(const ArchiveEntry& entry) const;

 private:
  struct Reader;
  explicit Archive(std::unique_ptr<Reader> reader);
  std::unique_ptr<Reader> reader_;
  std::vector<ArchiveEntry> entries_;
};

/// True if the bytes begin as a zip does.
bool is_archive(std::span<const std::byte> file);

}  // namespace whybox
