#include <catch2/catch_test_macros.hpp>

#include "model/bundle.h"

namespace whybox {

using Labels = std::vector<std::string>;

TEST_CASE("a label file has one label per line, whatever its line ends") {
  CHECK(parse_labels("cat\ndog\n") == Labels{"cat", "dog"});
  CHECK(parse_labels("\xEF\xBB\xBF"
                     "cat\r\n  dog \r\n\r\n\n") == Labels{"cat", "dog"});
  CHECK(parse_labels("tench, Tinca tinca") == Labels{"tench, Tinca tinca"});
}

TEST_CASE("an index before each label is dropped only if every line has its own") {
  CHECK(parse_labels("0 Cat\n1 Dog on a sofa\n") == Labels{"Cat", "Dog on a sofa"});
  CHECK(parse_labels("0\tCat\n1  Dog\n") == Labels{"Cat", "Dog"});
  CHECK(parse_labels("0 Cat\nDog\n") == Labels{"0 Cat", "Dog"});
  CHECK(parse_labels("1 star\n2 stars\n") == Labels{"1 star", "2 stars"});
  CHECK(parse_labels("0\n1\n2\n") == Labels{"0", "1", "2"});
  CHECK(parse_labels("0th\n1st\n") == Labels{"0th", "1st"});
}

TEST_CASE("an empty line between labels still counts as a class") {
  CHECK(parse_labels("cat\n\ndog\n") == Labels{"cat", "class 1", "dog"});
}

TEST_CASE("what is not text is refused as a label file") {
  const auto picture = parse_labels(std::string_view("\x89PNG\r\n\x1a\n\0\0", 10));
  REQUIRE_FALSE(picture);
  CHECK(picture.error().code == ErrorCode::bad_labels);
  CHECK(picture.error().message == "the label file is not UTF-8 text");
  const auto nothing = parse_labels("\n \r\n");
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().message == "the label file is empty");
}

}  // namespace whybox
