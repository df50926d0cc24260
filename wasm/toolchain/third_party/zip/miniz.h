/* The few calls by which whybox reads a zip from memory: names and meaning as in miniz, done by minizip.
   Debian 12 and 13 have no miniz to build from; zlib's minizip is there, but has a longer interface. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned mz_uint;
typedef uint64_t mz_uint64;
typedef int mz_bool;
typedef int mz_zip_error;

typedef struct {
  void* reader;             /* unzFile */
  const unsigned char* data;
  mz_uint64 size, at;       /* bytes */
  mz_uint64 (*places)[2];   /* where each entry stands in the central directory, and its number there */
  mz_uint count;
  mz_zip_error error;
} mz_zip_archive;

typedef struct {
  char m_filename[512];
  mz_uint64 m_comp_size, m_uncomp_size;  /* bytes, as the central directory says */
  mz_bool m_is_directory;
} mz_zip_archive_file_stat;

#define MZ_ZIP_FLAG_DO_NOT_SORT_CENTRAL_DIRECTORY 0x0800

void mz_zip_zero_struct(mz_zip_archive* zip);
/* The bytes must outlive the archive, and the archive must not move. */
mz_bool mz_zip_reader_init_mem(mz_zip_archive* zip, const void* data, size_t size, mz_uint flags);
mz_uint mz_zip_reader_get_num_files(mz_zip_archive* zip);
mz_bool mz_zip_reader_file_stat(mz_zip_archive* zip, mz_uint index, mz_zip_archive_file_stat* stat);
/* Fails unless the entry unpacks to no more than `size` bytes, to as many as the directory says, with the right checksum. */
mz_bool mz_zip_reader_extract_to_mem(mz_zip_archive* zip, mz_uint index, void* buffer, size_t size, mz_uint flags);
mz_bool mz_zip_reader_end(mz_zip_archive* zip);
mz_zip_error mz_zip_get_last_error(mz_zip_archive* zip);
const char* mz_zip_get_error_string(mz_zip_error error);

#ifdef __cplusplus
}
#endif
