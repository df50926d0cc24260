# Catch2 as one translation unit, its main included.
set(catch2 ${SOURCES}/catch2)
# What its own build would put there.
set(CATCH_CONFIG_DEFAULT_REPORTER console)
set(CATCH_CONFIG_CONSOLE_WIDTH 100)
set(prefix_headers ${CMAKE_CURRENT_BINARY_DIR}/generated)
configure_file(${catch2}/src/catch2/catch_user_config.hpp.in ${prefix_headers}/catch2/catch_user_config.hpp)
add_library(catch2 STATIC ${catch2}/extras/catch_amalgamated.cpp)
target_include_directories(catch2 PRIVATE ${catch2}/extras)

install(TARGETS catch2 ARCHIVE)
install(DIRECTORY ${catch2}/src/catch2 ${prefix_headers}/catch2 TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")
