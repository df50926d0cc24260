#include "model/archive.h"

#include <unzip.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "model/text.h"

namespace whybox {
namespace {

/// Bytes in memory, read as minizip reads a file.
struct MemoryFile {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
};

MemoryFile& memory(voidpf stream) { return *static_cast<MemoryFile*>(stream); }

/// "Opening" hands out what the calls were made with: the memory itself.
voidpf open_memory(voidpf file, const void*, int) {
  memory(file).at = 0;
  return file;
}

uLong read_memory(voidpf, voidpf stream, void* buffer, uLong wanted) {
  MemoryFile& file = memory(stream);
  const std::size_t count = std::min<std::size_t>(wanted, file.bytes.size() - file.at);
  std::memcpy(buffer, file.bytes.data() + file.at, count);
  file.at += count;
  return static_cast<uLong>(count);
}

ZPOS64_T tell_memory(voidpf, voidpf stream) { return memory(stream).at; }

long seek_memory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  MemoryFile& file = memory(stream);
  const std::size_t from = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                           : origin == ZLIB_FILEFUNC_SEEK_CUR ? file.at
                                                              : file.bytes.size();
  if (offset > file.bytes.size() - from) return -1;
  file.at = from + static_cast<std::size_t>(offset);
  return 0;
}

int nothing(voidpf, voidpf) { return 0; }

}  // namespace

struct Archive::Reader {
  explicit Reader(std::span<const std::byte> zip) : file{zip} {
    zlib_filefunc64_def calls{open_memory, read_memory, nullptr, tell_memory, seek_memory, nothing, nothing, &file};
    handle = unzOpen2_64("", &calls);
  }
  ~Reader() {
    if (handle) unzClose(handle);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  MemoryFile file;  // minizip holds its address
  unzFile handle = nullptr;
  std::vector<unz64_file_pos> places;  // by ArchiveEntry::index
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
  Archive archive(std::make_unique<Reader>(zip));
  Reader& reader = *archive.reader_;
  unz_global_info64 info;
  if (!reader.handle || unzGetGlobalInfo64(reader.handle, &info) != UNZ_OK)
    return fail(ErrorCode::bad_archive, "not a readable zip: its directory is damaged");
  if (info.number_entry > kMaxArchiveEntries)
    return fail(ErrorCode::bad_archive, "the zip has {} entries, at most {} are read", info.number_entry, kMaxArchiveEntries);
  for (unsigned i = 0; i < info.number_entry; ++i) {
    std::array<char, 512> path{};  // longer paths are cut: no model's or label file's is
    unz_file_info64 about;
    unz64_file_pos place;
    if ((i == 0 ? unzGoToFirstFile(reader.handle) : unzGoToNextFile(reader.handle)) != UNZ_OK ||
        unzGetFilePos64(reader.handle, &place) != UNZ_OK ||
        unzGetCurrentFileInfo64(reader.handle, &about, path.data(), path.size() - 1, nullptr, 0, nullptr, 0) != UNZ_OK)
      return fail(ErrorCode::bad_archive, "entry #{} of the zip: its directory is damaged", i);
    reader.places.push_back(place);
    const std::string_view name(path.data());
    ArchiveEntry entry{printable(name), about.compressed_size, about.uncompressed_size, i};
    if (!name.ends_with('/') && !is_rubbish(entry)) archive.entries_.push_back(std::move(entry));
  }
  return archive;
}

Result<std::vector<std::byte>> Archive::extract(const ArchiveEntry& entry) const {
  const std::uint64_t growth_limit =
      (std::uint64_t{1} << 20) + kMaxGrowth * std::min(entry.packed_bytes, kMaxUnpackedBytes);
  if (const std::uint64_t limit = std::min(kMaxUnpackedBytes, growth_limit); entry.unpacked_bytes > limit)
    return fail(ErrorCode::bad_archive, "\"{}\" in the zip would unpack from {} to {} bytes, at most {} are allowed",
                entry.path, entry.packed_bytes, entry.unpacked_bytes, limit);
  const auto refused = [&](std::string_view why) {
    return fail(ErrorCode::bad_archive, "\"{}\" in the zip cannot be unpacked: {}", entry.path, why);
  };
  const unzFile handle = reader_->handle;
  if (unzGoToFilePos64(handle, &reader_->places[entry.index]) != UNZ_OK || unzOpenCurrentFile(handle) != UNZ_OK)
    return refused("its header is damaged or its compression unknown");
  std::vector<std::byte> contents(static_cast<std::size_t>(entry.unpacked_bytes));
  std::size_t filled = 0;
  int count = 1;
  while (filled < contents.size() && count > 0) {
    constexpr std::size_t kStep = std::size_t{1} << 20;  // minizip's lengths have 32 bits
    const std::size_t wanted = std::min(kStep, contents.size() - filled);
    count = unzReadCurrentFile(handle, contents.data() + filled, static_cast<unsigned>(wanted));
    filled += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  std::byte beyond;
  const bool longer = count >= 0 && unzReadCurrentFile(handle, &beyond, 1) > 0;
  const int closed = unzCloseCurrentFile(handle);  // compares the checksum once everything has been read
  if (filled < contents.size() || longer) return refused("its data does not have the length it states");
  if (closed != UNZ_OK) return refused("its checksum is wrong");
  return contents;
}

bool is_archive(std::span<const std::byte> file) {
  return file.size() >= 4 &&
         (std::memcmp(file.data(), "PK\x03\x04", 4) == 0 || std::memcmp(file.data(), "PK\x05\x06", 4) == 0);
}

}  // namespace whybox
