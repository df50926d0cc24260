# XNNPACK and the pool of threads it runs on. Upstream's build has no branch for WebAssembly at this version, so the files are
# taken from its lists of micro-kernels, one list per instruction set, only those used in production.
set(xnnpack ${SOURCES}/xnnpack)

# pthreadpool: without threads every call runs in place.
set(pthreadpool ${SOURCES}/pthreadpool)
set(threads ON)
if(EMSCRIPTEN AND NOT CMAKE_C_FLAGS MATCHES "-pthread")
  set(threads OFF)
endif()
if(threads)
  set(pool_files legacy-api.c memory.c portable-api.c pthreads.c fastpath.c)
else()
  set(pool_files legacy-api.c shim.c)
endif()
list(TRANSFORM pool_files PREPEND ${pthreadpool}/src/)
add_library(pthreadpool STATIC ${pool_files})
target_include_directories(pthreadpool
  PUBLIC ${pthreadpool}/include
  PRIVATE ${pthreadpool}/src ${SOURCES}/fxdiv/include)
target_compile_definitions(pthreadpool PRIVATE
  PTHREADPOOL_USE_FASTPATH=1 PTHREADPOOL_USE_CPUINFO=0 $<$<NOT:$<BOOL:${EMSCRIPTEN}>>:_GNU_SOURCE>)
set_target_properties(pthreadpool PROPERTIES C_STANDARD 11)

# Instruction sets, and the flags their kernels are compiled with.
set(instruction_sets SCALAR)
set(available)
if(EMSCRIPTEN)
  list(APPEND instruction_sets WASM WASMSIMD)
  if(CMAKE_C_FLAGS MATCHES "-mrelaxed-simd")
    list(APPEND instruction_sets WASMRELAXEDSIMD)
  endif()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  list(APPEND instruction_sets SSE SSE2 SSSE3 SSE41 AVX F16C FMA3 AVX2 AVX512F AVX512SKX AVX512VBMI AVX512VNNI AVX512VNNIGFNI)
  # Debian 12's cpuinfo cannot tell whether a machine has the newer sets, so these are left out.
  set(available AVX512F AVX512SKX AVX512VBMI AVX512VNNI AVX512VNNIGFNI)
else()
  message(FATAL_ERROR "XNNPACK's micro-kernels are listed here for x86-64 and WebAssembly, not for ${CMAKE_SYSTEM_PROCESSOR}.")
endif()
set(skx -mf16c -mfma -mavx512f -mavx512cd -mavx512bw -mavx512dq -mavx512vl)
set(flags_SSE -msse -mno-sse2)
set(flags_SSE2 -msse2 -mno-sse3)
set(flags_SSSE3 -mssse3 -mno-sse4.1)
set(flags_SSE41 -msse4.1 -mno-sse4.2)
set(flags_AVX -mavx -mno-avx2 -mno-fma -mno-f16c)
set(flags_F16C -mf16c -mno-avx2 -mno-fma)
set(flags_FMA3 -mf16c -mfma -mno-avx2)
set(flags_AVX2 -mf16c -mfma -mavx2)
set(flags_AVX512F -mavx512f)
set(flags_AVX512SKX ${skx})
set(flags_AVX512VBMI ${skx} -mavx512vbmi)
set(flags_AVX512VNNI ${skx} -mavx512vnni)
set(flags_AVX512VNNIGFNI ${skx} -mavx512vnni -mgfni)

set(kernels)
foreach(set IN LISTS instruction_sets)
  string(TOLOWER ${set} lower)
  include(${xnnpack}/cmake/gen/${lower}_microkernels.cmake)
  set(files ${PROD_${set}_MICROKERNEL_SRCS})
  list(TRANSFORM files PREPEND ${xnnpack}/)
  set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS "-fno-math-errno;${flags_${set}}")
  list(APPEND kernels ${files})
endforeach()

file(GLOB parts ${xnnpack}/src/*.c ${xnnpack}/src/configs/*.c ${xnnpack}/src/enums/*.c ${xnnpack}/src/operators/*.c
  ${xnnpack}/src/subgraph/*.c ${xnnpack}/src/tables/*.c ${xnnpack}/src/reference/*.cc)

set(switches)
foreach(switch AVXVNNI AVXVNNIINT8 AVX256SKX AVX256VNNI AVX256VNNIGFNI AVX512F AVX512SKX AVX512VBMI AVX512VNNI AVX512VNNIGFNI
    AVX512AMX AVX512FP16 ARM_FP16_VECTOR ARM_FP16_SCALAR ARM_BF16 ARM_DOTPROD ARM_I8MM ARM_SME ARM_SME2 RISCV_VECTOR VSX HVX
    KLEIDIAI DWCONV_MULTIPASS)
  if(switch IN_LIST available)
    list(APPEND switches XNN_ENABLE_${switch}=1)
  else()
    list(APPEND switches XNN_ENABLE_${switch}=0)
  endif()
endforeach()

add_library(xnnpack STATIC ${parts} ${kernels} shims/build_identifier.c)
target_include_directories(xnnpack PRIVATE
  ${xnnpack}/include ${xnnpack}/src ${SOURCES}/fxdiv/include ${SOURCES}/fp16/include
  # Two WebAssembly kernels ask for ARM's header by mistake.
  $<$<BOOL:${EMSCRIPTEN}>:${CMAKE_CURRENT_SOURCE_DIR}/shims/wasm>)
target_compile_definitions(xnnpack PRIVATE ${switches}
  XNN_LOG_LEVEL=0 XNN_ENABLE_ASSEMBLY=0 XNN_ENABLE_MEMOPT=1 XNN_ENABLE_SPARSE=1 XNN_ENABLE_GEMM_M_SPECIALIZATION=1
  # A name that Debian 12's cpuinfo does not know yet: its choice of one of two equivalent kernels.
  cpuinfo_uarch_zen4=0x0020010C
  XNN_ENABLE_CPUINFO=$<NOT:$<BOOL:${EMSCRIPTEN}>> FXDIV_USE_INLINE_ASSEMBLY=0 $<$<NOT:$<BOOL:${EMSCRIPTEN}>>:_GNU_SOURCE>)
set_target_properties(xnnpack PROPERTIES C_STANDARD 11)
target_link_libraries(xnnpack PRIVATE pthreadpool)

install(TARGETS xnnpack pthreadpool ARCHIVE)
install(FILES ${xnnpack}/include/xnnpack.h ${pthreadpool}/include/pthreadpool.h TYPE INCLUDE)
