#include "model/archive.h"

#include <catch2/catch_test_macros.hpp>

#include "support/zip_builder.h"

namespace whybox {

using testing::as_bytes;
using testing::as_string;
using testing::make_zip;

TEST_CASE("an archive lists its files, not its folders nor what macOS adds, and unpacks them") {
  const auto zip = make_zip(
      {{"export/", ""}, {"export/labels.txt", "0 Cat\n"}, {"__MACOSX/export/._labels.txt", "x"}, {"._a", "x"}});
  CHECK(is_archive(zip));
  const auto archive = Archive::open(zip);
  REQUIRE(archive);
  REQUIRE(archive->entries().size() == 1);
  CHECK(archive->entries()[0].path == "export/labels.txt");
  CHECK(archive->entries()[0].name() == "labels.txt");
  const auto contents = archive->extract(archive->entries()[0]);
  REQUIRE(contents);
  CHECK(as_string(*contents) == "0 Cat\n");
}

TEST_CASE("an archive that follows other data is found") {
  auto file = as_bytes("a model of some length, then: ");
  const auto zip = make_zip({{"labels.txt", "cat\ndog\n"}});
  file.insert(file.end(), zip.begin(), zip.end());
  CHECK_FALSE(is_archive(file));
  const auto archive = Archive::open(file);
  REQUIRE(archive);
  REQUIRE(archive->entries().size() == 1);
  CHECK(archive->extract(archive->entries()[0]).has_value());
}

// "cat\ndog\nbird\n", 20 times, as a raw deflate stream (by zlib 1.2.13, level 9).
constexpr unsigned char kDeflated[] = {0x4b, 0x4e, 0x2c, 0xe1, 0x4a, 0xc9, 0x4f, 0xe7, 0x4a,
                                       0xca, 0x2c, 0x4a, 0xe1, 0x4a, 0x1e, 0x99, 0x1c, 0x00};

testing::ZipEntry packed_labels() {
  std::string labels;
  for (int i = 0; i < 20; ++i) labels += "cat\ndog\nbird\n";
  return {"labels.txt", std::string(std::begin(kDeflated), std::end(kDeflated)), true,
          static_cast<std::uint32_t>(labels.size()), testing::crc_32(labels)};
}

TEST_CASE("compressed entries are unpacked") {
  const auto zip = make_zip({packed_labels()});
  const auto archive = Archive::open(zip);
  REQUIRE(archive);
  CHECK(archive->entries()[0].unpacked_bytes == 260);
  const auto contents = archive->extract(archive->entries()[0]);
  REQUIRE(contents);
  CHECK(as_string(*contents).starts_with("cat\ndog\nbird\ncat\n"));
  CHECK(contents->size() == 260);
}

TEST_CASE("a zip bomb is refused before anything is allocated for it") {
  for (const std::uint32_t size : {std::uint32_t{2} << 20, 0xfffffff0u}) {
    testing::ZipEntry bomb = packed_labels();
    bomb.size = size;
    const auto zip = make_zip({bomb});
    const auto archive = Archive::open(zip);
    REQUIRE(archive);
    const auto contents = archive->extract(archive->entries()[0]);
    REQUIRE_FALSE(contents);
    CHECK(contents.error().code == ErrorCode::bad_archive);
    CHECK(contents.error().message.starts_with("\"labels.txt\" in the zip would unpack from 18 to "));
  }
}

TEST_CASE("an entry that is not as long as announced, or has another checksum, is refused") {
  for (const int wrong : {0, 1, 2}) {
    testing::ZipEntry entry = packed_labels();
    if (wrong == 0) entry.size = 259;
    if (wrong == 1) entry.size = 261;
    if (wrong == 2) entry.crc = 7;
    const auto zip = make_zip({entry});
    const auto archive = Archive::open(zip);
    REQUIRE(archive);
    const auto contents = archive->extract(archive->entries()[0]);
    REQUIRE_FALSE(contents);
    CHECK(contents.error().message.starts_with("\"labels.txt\" in the zip cannot be unpacked: "));
  }
}

TEST_CASE("an archive of too many entries is refused") {
  std::vector<testing::ZipEntry> files;
  for (std::size_t i = 0; i <= kMaxArchiveEntries; ++i) files.push_back({std::to_string(i), ""});
  const auto zip = make_zip(files);
  const auto archive = Archive::open(zip);
  REQUIRE_FALSE(archive);
  CHECK(archive.error().message == "the zip has 4097 entries, at most 4096 are read");
}

TEST_CASE("an archive cut anywhere is an error") {
  const auto zip = make_zip({{"labels.txt", "cat\ndog\nbird\ncat\ndog\nbird\n"}});
  for (std::size_t length = 0; length < zip.size(); ++length) {
    const auto archive = Archive::open(std::span(zip).first(length));
    REQUIRE_FALSE(archive);
    CHECK(archive.error().code == ErrorCode::bad_archive);
  }
}

}  // namespace whybox
