# Reading zips: zlib and its minizip. The names of zlib are prefixed (Z_PREFIX, also for whoever includes its headers), so that
# the copy here does not meet the system's, which libpng uses.
set(zlib ${SOURCES}/zlib)
set(files adler32.c crc32.c inffast.c inflate.c inftrees.c zutil.c deflate.c trees.c compress.c uncompr.c
  contrib/minizip/unzip.c contrib/minizip/zip.c contrib/minizip/ioapi.c)
list(TRANSFORM files PREPEND ${zlib}/)
add_library(minizip STATIC ${files})
target_include_directories(minizip PRIVATE ${zlib} ${zlib}/contrib/minizip)
target_compile_definitions(minizip PRIVATE Z_PREFIX NOCRYPT NOUNCRYPT HAVE_UNISTD_H)
set_target_properties(minizip PROPERTIES C_STANDARD 11)

install(TARGETS minizip ARCHIVE)
install(FILES ${zlib}/zlib.h ${zlib}/zconf.h ${zlib}/contrib/minizip/unzip.h ${zlib}/contrib/minizip/zip.h
  ${zlib}/contrib/minizip/ioapi.h DESTINATION include/minizip)
