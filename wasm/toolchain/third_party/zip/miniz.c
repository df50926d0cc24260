#include "miniz.h"

#include <stdlib.h>
#include <string.h>
#include <unzip.h>

enum { kFine, kNotAZip, kBrokenDirectory, kNoMemory, kNoSuchEntry, kUnreadable, kBrokenData, kWrongChecksum, kTooLong };

const char* mz_zip_get_error_string(mz_zip_error error) {
  switch (error) {
    case kFine: return "no error";
    case kNotAZip: return "no end of central directory";
    case kBrokenDirectory: return "broken central directory";
    case kNoMemory: return "out of memory";
    case kNoSuchEntry: return "no such entry";
    case kUnreadable: return "broken header, encryption or unknown compression";
    case kBrokenData: return "broken compressed data";
    case kWrongChecksum: return "wrong checksum";
    default: return "more bytes than announced";
  }
}

static mz_bool failed(mz_zip_archive* zip, mz_zip_error error) {
  zip->error = error;
  return 0;
}

/* minizip's view of the bytes as a file. */
static voidpf open_bytes(voidpf zip, const void* name, int mode) {
  (void)name, (void)mode;
  ((mz_zip_archive*)zip)->at = 0;
  return zip;
}
static uLong read_bytes(voidpf opaque, voidpf stream, void* buffer, uLong wanted) {
  mz_zip_archive* zip = stream;
  const mz_uint64 left = zip->size - zip->at;
  const uLong count = wanted < left ? wanted : (uLong)left;
  (void)opaque;
  memcpy(buffer, zip->data + zip->at, count);
  zip->at += count;
  return count;
}
static ZPOS64_T tell_bytes(voidpf opaque, voidpf stream) {
  (void)opaque;
  return ((mz_zip_archive*)stream)->at;
}
static long seek_bytes(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin) {
  mz_zip_archive* zip = stream;
  const mz_uint64 from = origin == ZLIB_FILEFUNC_SEEK_SET ? 0 : origin == ZLIB_FILEFUNC_SEEK_CUR ? zip->at : zip->size;
  (void)opaque;
  if (offset > zip->size - from) return -1;
  zip->at = from + offset;
  return 0;
}
static int close_bytes(voidpf opaque, voidpf stream) { return (void)opaque, (void)stream, 0; }
static int no_error(voidpf opaque, voidpf stream) { return (void)opaque, (void)stream, 0; }

void mz_zip_zero_struct(mz_zip_archive* zip) { memset(zip, 0, sizeof *zip); }

static mz_bool list_entries(mz_zip_archive* zip) {
  const size_t kSmallestEntry = 46; /* bytes of a central directory's entry without a name */
  unz_global_info64 info;
  if (unzGetGlobalInfo64(zip->reader, &info) != UNZ_OK) return failed(zip, kBrokenDirectory);
  if (info.number_entry > zip->size / kSmallestEntry) return failed(zip, kBrokenDirectory);
  zip->places = malloc((size_t)(info.number_entry + 1) * sizeof *zip->places);
  if (!zip->places) return failed(zip, kNoMemory);
  for (zip->count = 0; zip->count < info.number_entry; ++zip->count) {
    unz64_file_pos place;
    if ((zip->count ? unzGoToNextFile(zip->reader) : unzGoToFirstFile(zip->reader)) != UNZ_OK ||
        unzGetFilePos64(zip->reader, &place) != UNZ_OK)
      return failed(zip, kBrokenDirectory);
    zip->places[zip->count][0] = place.pos_in_zip_directory;
    zip->places[zip->count][1] = place.num_of_file;
  }
  return 1;
}

mz_bool mz_zip_reader_init_mem(mz_zip_archive* zip, const void* data, size_t size, mz_uint flags) {
  zlib_filefunc64_def calls = {open_bytes, read_bytes, NULL, tell_bytes, seek_bytes, close_bytes, no_error, zip};
  (void)flags;
  zip->data = data;
  zip->size = size;
  zip->reader = unzOpen2_64("", &calls);
  return zip->reader ? list_entries(zip) : failed(zip, kNotAZip);
}

mz_uint mz_zip_reader_get_num_files(mz_zip_archive* zip) { return zip->count; }

static mz_bool go_to(mz_zip_archive* zip, mz_uint index) {
  if (index >= zip->count) return failed(zip, kNoSuchEntry);
  const unz64_file_pos place = {zip->places[index][0], zip->places[index][1]};
  return unzGoToFilePos64(zip->reader, &place) == UNZ_OK || failed(zip, kBrokenDirectory);
}

mz_bool mz_zip_reader_file_stat(mz_zip_archive* zip, mz_uint index, mz_zip_archive_file_stat* stat) {
  unz_file_info64 info;
  if (!go_to(zip, index)) return 0;
  memset(stat, 0, sizeof *stat);
  if (unzGetCurrentFileInfo64(zip->reader, &info, stat->m_filename, sizeof stat->m_filename - 1, NULL, 0, NULL, 0) != UNZ_OK)
    return failed(zip, kBrokenDirectory);
  const size_t length = strlen(stat->m_filename);
  stat->m_comp_size = info.compressed_size;
  stat->m_uncomp_size = info.uncompressed_size;
  stat->m_is_directory = length > 0 && stat->m_filename[length - 1] == '/';
  return 1;
}

/* Reads the whole current entry. */
static mz_zip_error read_entry(unzFile reader, unsigned char* buffer, mz_uint64 size) {
  const unsigned kStep = 1u << 20; /* bytes; minizip's calls take no 64-bit lengths */
  while (size > 0) {
    const int got = unzReadCurrentFile(reader, buffer, size < kStep ? (unsigned)size : kStep);
    if (got <= 0) return kBrokenData;
    buffer += got;
    size -= (mz_uint64)got;
  }
  return kFine;
}

mz_bool mz_zip_reader_extract_to_mem(mz_zip_archive* zip, mz_uint index, void* buffer, size_t size, mz_uint flags) {
  unz_file_info64 info;
  (void)flags;
  if (!go_to(zip, index)) return 0;
  if (unzGetCurrentFileInfo64(zip->reader, &info, NULL, 0, NULL, 0, NULL, 0) != UNZ_OK) return failed(zip, kBrokenDirectory);
  if (info.uncompressed_size > size) return failed(zip, kTooLong);
  if (unzOpenCurrentFile(zip->reader) != UNZ_OK) return failed(zip, kUnreadable);
  const mz_zip_error error = read_entry(zip->reader, buffer, info.uncompressed_size);
  const int closing = unzCloseCurrentFile(zip->reader);
  if (error != kFine) return failed(zip, error);
  return closing == UNZ_OK || failed(zip, kWrongChecksum);
}

mz_bool mz_zip_reader_end(mz_zip_archive* zip) {
  if (zip->reader) unzClose(zip->reader);
  free(zip->places);
  mz_zip_zero_struct(zip);
  return 1;
}

mz_zip_error mz_zip_get_last_error(mz_zip_archive* zip) { return zip->error; }
