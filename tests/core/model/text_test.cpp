#include "model/text.h"

#include <catch2/catch_test_macros.hpp>

namespace whybox {

TEST_CASE("text is UTF-8 with line ends and tabs, and nothing else that is not visible") {
  CHECK(is_text(""));
  CHECK(is_text("tabby cat\r\n\tgrün, 猫, 🐈\n"));
  CHECK_FALSE(is_text(std::string_view("nul\0", 4)));
  CHECK_FALSE(is_text("\x1b[31m"));
  CHECK_FALSE(is_text("gr\xfcn"));           // Latin-1
  CHECK_FALSE(is_text("\xc0\xaf"));          // an overlong "/"
  CHECK_FALSE(is_text("\xed\xa0\x80"));      // a surrogate
  CHECK_FALSE(is_text("\xf4\x90\x80\x80"));  // beyond U+10FFFF
  CHECK_FALSE(is_text("cut \xe7\x8c"));
}

TEST_CASE("a name for a message keeps what is text and never ends inside a character") {
  CHECK(printable("conv/Relu6;猫") == "conv/Relu6;猫");
  CHECK(printable("a\x01\xff\nb") == "a???b");
  std::string cats;
  while (cats.size() < 2 * kMaxNameBytes) cats += "猫";
  const std::string cut = printable(cats);
  CHECK(is_text(cut));
  CHECK(cut.ends_with("..."));
  CHECK(cut.size() <= kMaxNameBytes + 3);
}

}  // namespace whybox
