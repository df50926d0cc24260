// XNNPACK marks packed weights that are kept in a file with an identifier of its build. whybox keeps none, so any will do.
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char kIdentifier[] = "whybox";

const void* xnn_experimental_get_build_identifier_data(void) { return kIdentifier; }
size_t xnn_experimental_get_build_identifier_size(void) { return sizeof(kIdentifier); }
bool xnn_experimental_check_build_identifier(const void* data, const size_t size) {
  return size == sizeof(kIdentifier) && memcmp(data, kIdentifier, size) == 0;
}
