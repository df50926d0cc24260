# Reading zips: zlib's inflate and its minizip, behind the few calls that core makes. The names of zlib are prefixed, so that the
# copy here does not meet the system's, which libpng uses.
set(zlib ${SOURCES}/zlib)
add_library(zip STATIC
  zip/miniz.c
  ${zlib}/adler32.c ${zlib}/crc32.c ${zlib}/inffast.c ${zlib}/inflate.c ${zlib}/inftrees.c ${zlib}/zutil.c
  ${zlib}/contrib/minizip/unzip.c ${zlib}/contrib/minizip/ioapi.c)
target_include_directories(zip PRIVATE ${zlib} ${zlib}/contrib/minizip)
# No passwords, and no files: everything is read from memory.
target_compile_definitions(zip PRIVATE Z_PREFIX NOUNCRYPT HAVE_UNISTD_H fill_fopen64_filefunc=whybox_no_files)
set_target_properties(zip PROPERTIES C_STANDARD 11)
set_source_files_properties(${zlib}/contrib/minizip/ioapi.c PROPERTIES COMPILE_DEFINITIONS fill_fopen64_filefunc=unused_files)

install(TARGETS zip ARCHIVE)
install(FILES zip/miniz.h TYPE INCLUDE)
