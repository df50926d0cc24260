// Asked for, though not used, by a few WebAssembly kernels of XNNPACK.
#pragma once
#include <wasm_simd128.h>
