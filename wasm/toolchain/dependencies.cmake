# Targets for the libraries of others. setup.mjs has put them where this file looks.
if(EMSCRIPTEN)
  set(variant wasm-simd)
  if(CMAKE_CXX_FLAGS MATCHES "-pthread")
    set(variant wasm-threads)
  endif()
else()
  set(variant native)
endif()
set(prefix ${CMAKE_SOURCE_DIR}/.tools/third_party-${variant})
if(NOT EXISTS ${prefix}/lib/libxnnpack.a)
  message(FATAL_ERROR "The third-party libraries are not built. Run: node wasm/toolchain/setup.mjs ${variant}")
endif()

function(whybox_prebuilt name)
  add_library(whybox_${name} INTERFACE)
  add_library(whybox::${name} ALIAS whybox_${name})
  target_include_directories(whybox_${name} SYSTEM INTERFACE ${prefix}/include)
  list(TRANSFORM ARGN PREPEND ${prefix}/lib/lib)
  list(TRANSFORM ARGN APPEND .a)
  target_link_libraries(whybox_${name} INTERFACE ${ARGN})
endfunction()

whybox_prebuilt(xnnpack xnnpack pthreadpool)
whybox_prebuilt(zip minizip)
target_include_directories(whybox_zip SYSTEM INTERFACE ${prefix}/include/minizip)
target_compile_definitions(whybox_zip INTERFACE Z_PREFIX)
whybox_prebuilt(catch2 catch2)
add_library(Catch2::Catch2WithMain ALIAS whybox_catch2)
if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  target_link_libraries(whybox_xnnpack INTERFACE cpuinfo Threads::Threads m)
endif()

# Libraries of headers alone come from the machine's packages. Each is linked into a folder of its own: /usr/include as a whole
# would give a WebAssembly build the wrong C library.
function(whybox_headers name package folder)
  find_path(found_${name} NAMES ${folder} PATHS /usr/include/${package} /usr/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  set(own ${CMAKE_BINARY_DIR}/headers/${name})
  file(MAKE_DIRECTORY ${own})
  foreach(part IN ITEMS ${folder} ${ARGN})
    file(CREATE_LINK ${found_${name}}/${part} ${own}/${part} SYMBOLIC)
  endforeach()
  add_library(whybox_${name} INTERFACE)
  add_library(whybox::${name} ALIAS whybox_${name})
  target_include_directories(whybox_${name} SYSTEM INTERFACE ${own})
endfunction()

whybox_headers(eigen eigen3 Eigen)
whybox_headers(flatbuffers . flatbuffers)
whybox_headers(json . nlohmann)
target_compile_definitions(whybox_eigen INTERFACE EIGEN_MPL2_ONLY)

find_program(FLATC flatc PATHS /usr/bin NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)

# Generates <schema>_generated.h from a schema and lets `target` include it.
function(whybox_flatbuffers target schema)
  get_filename_component(name ${schema} NAME_WE)
  set(folder ${CMAKE_BINARY_DIR}/generated)
  set(header ${folder}/${name}_generated.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${FLATC} --cpp --scoped-enums -o ${folder} ${schema}
    # An operator's name, and a macro of <limits.h>, which FlatBuffers includes.
    COMMAND sed -i "/^#include .flatbuffers.flatbuffers.h/a #undef ARG_MAX" ${header}
    DEPENDS ${schema}
    COMMENT "Generating ${name}_generated.h")
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} SYSTEM PUBLIC ${folder})
  target_link_libraries(${target} PUBLIC whybox::flatbuffers)
endfunction()
