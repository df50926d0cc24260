#include "model/archive.h"

#include <miniz.h>

#include <algorithm>
#include <cstring>

#include "model/text.h"

namespace whybox {

struct Archive::Reader {
  mz_zip_archive zip{};
  Reader() { mz_zip_zero_struct(&zip); }
  ~Reader() { mz_zip_reader_end(&zip); }
  std::string_view problem() { return mz_zip_get_error_string(mz_zip_get_last_error(&zip)); }
};

namespace {

bool is_rubbish(const ArchiveEntry& entry) {
  return entry.path.starts_with("__MACOSX/") || entry.path.find("/__MACOSX/") != std::string::npos ||
         entry.name().starts_with("._");
}

std::uint32_t little_endian(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

/// The archive without what comes before it. Offsets in a zip that was appended to other data may count from the file's start
/// or from the zip's own; the end record says how long the directory is and where it should begin, hence where 0 is.
Result<std::span<const std::byte>> trimmed(std::span<const std::byte> file) {
  constexpr std::size_t kEndRecord = 22, kMaxComment = 0xffff;
  for (std::size_t back = kEndRecord; back <= std::min(file.size(), kEndRecord + kMaxComment); ++back) {
    const auto record = file.last(back);
    if (std::memcmp(record.data(), "PK\x05\x06", 4) != 0) continue;
    const std::uint64_t used = std::uint64_t{little_endian(record, 12)} + little_endian(record, 16);
    const std::uint64_t before = file.size() - back;
    return used <= before ? file.subspan(static_cast<std::size_t>(before - used)) : file;
  }
  return fail(ErrorCode::bad_archive, "not a readable zip: its end is missing");
}

}  // namespace

std::string_view ArchiveEntry::name() const {
  const std::string_view whole = path;
  return whole.substr(whole.find_last_of('/') + 1);  // npos + 1 is 0: no folder
}

Archive::Archive(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(std::span<const std::byte> file) {
  WHYBOX_TRY(const auto zip, trimmed(file));
  auto reader = std::make_unique<Reader>();
  if (!mz_zip_reader_init_mem(&reader->zip, zip.data(), zip.size(), MZ_ZIP_FLAG_DO_NOT_SORT_CENTRAL_DIRECTORY))
    return fail(ErrorCode::bad_archive, "not a readable zip: {}", reader->problem());
  const unsigned count = mz_zip_reader_get_num_files(&reader->zip);
  if (count > kMaxArchiveEntries)
    return fail(ErrorCode::bad_archive, "the zip has {} entries, at most {} are read", count, kMaxArchiveEntries);
  Archive archive(std::move(reader));
  for (unsigned i = 0; i < count; ++i) {
    mz_zip_archive_file_stat stat;
    if (!mz_zip_reader_file_stat(&archive.reader_->zip, i, &stat))
      return fail(ErrorCode::bad_archive, "entry #{} of the zip: {}", i, archive.reader_->problem());
    ArchiveEntry entry{printable(stat.m_filename), stat.m_comp_size, stat.m_uncomp_size, i};
    if (!stat.m_is_directory && !is_rubbish(entry)) archive.entries_.push_back(std::move(entry));
  }
  return archive;
}

Result<std::vector<std::byte>> Archive::extract(const ArchiveEntry& entry) const {
  const std::uint64_t growth_limit =
      (std::uint64_t{1} << 20) + kMaxGrowth * std::min(entry.packed_bytes, kMaxUnpackedBytes);
  if (const std::uint64_t limit = std::min(kMaxUnpackedBytes, growth_limit); entry.unpacked_bytes > limit)
    return fail(ErrorCode::bad_archive, "\"{}\" in the zip would unpack from {} to {} bytes, at most {} are allowed",
                entry.path, entry.packed_bytes, entry.unpacked_bytes, limit);
  std::vector<std::byte> contents(static_cast<std::size_t>(entry.unpacked_bytes));
  if (!mz_zip_reader_extract_to_mem(&reader_->zip, entry.index, contents.data(), contents.size(), 0))
    return fail(ErrorCode::bad_archive, "\"{}\" in the zip cannot be unpacked: {}", entry.path, reader_->problem());
  return contents;
}

bool is_archive(std::span<const std::byte> file) {
  return file.size() >= 4 &&
         (std::memcmp(file.data(), "PK\x03\x04", 4) == 0 || std::memcmp(file.data(), "PK\x05\x06", 4) == 0);
}

}  // namespace whybox
