#pragma once
// Writes small zips for tests, and spoils them on demand. Layout: PKWARE APPNOTE 6.3.9, sections 4.3.7, 4.3.12 and 4.3.16.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whybox::testing {

inline std::string as_string(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::vector<std::byte> as_bytes(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

/// CRC-32 of ISO 3309, polynomial 0x04C11DB7, bits reflected.
inline std::uint32_t crc_32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

/// One file of a zip. By default it is stored as it is, under its true size and checksum.
struct ZipEntry {
  std::string path;  ///< ends in "/" for a folder
  std::string data;
  bool deflated = false;  ///< `data` is a raw deflate stream; give `size` and `crc` of what it unpacks to
  std::optional<std::uint32_t> size = {}, crc = {};
};

inline std::vector<std::byte> make_zip(const std::vector<ZipEntry>& entries) {
  std::string files, directory;
  const auto put = [](std::string& out, std::initializer_list<std::pair<int, std::uint64_t>> fields) {
    for (const auto& [bytes, value] : fields)
      for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
  };
  for (const ZipEntry& e : entries) {
    const std::uint64_t offset = files.size(), method = e.deflated ? 8 : 0, packed = e.data.size();
    const std::uint64_t crc = e.crc.value_or(crc_32(e.data)), size = e.size.value_or(static_cast<std::uint32_t>(packed));
    put(files, {{4, 0x04034b50}, {2, 20}, {2, 0}, {2, method}, {4, 0}, {4, crc}, {4, packed}, {4, size}, {2, e.path.size()}, {2, 0}});
    files += e.path + e.data;
    put(directory, {{4, 0x02014b50}, {2, 20}, {2, 20}, {2, 0}, {2, method}, {4, 0}, {4, crc}, {4, packed}, {4, size},
                    {2, e.path.size()}, {2, 0}, {2, 0}, {2, 0}, {2, 0}, {4, 0}, {4, offset}});
    directory += e.path;
  }
  std::string end;
  put(end, {{4, 0x06054b50}, {2, 0}, {2, 0}, {2, entries.size()}, {2, entries.size()}, {4, directory.size()}, {4, files.size()}, {2, 0}});
  return as_bytes(files + directory + end);
}

}  // namespace whybox::testing
