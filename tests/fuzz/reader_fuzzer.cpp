// libFuzzer target: whatever a person may drop on the page is read or refused with a sentence, and a graph that is read can be
// validated. Build with the `fuzz` preset; run
//   build/fuzz/tests/reader_fuzzer -max_len=65536 -rss_limit_mb=4096 NEW_FOLDER tests/fuzz/corpus/reader
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "model/bundle.h"
#include "model/text.h"
#include "ops/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whybox;
  auto model = read_model(std::as_bytes(std::span(data, size)), "fuzzed");
  if (!model) {
    if (model.error().message.empty() || !is_text(model.error().message)) std::abort();
    return 0;
  }
  if (auto valid = validate(model->graph); !valid && (valid.error().message.empty() || !is_text(valid.error().message)))
    std::abort();
  return 0;
}
