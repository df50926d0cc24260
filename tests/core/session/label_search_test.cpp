#include "session/label_search.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

using namespace whybox;

namespace {

const std::vector<std::string> kLabels{"tabby, tabby cat", "tiger cat", "Egyptian cat", "tiger", "crane", "crane", "7"};

Error error_of(std::string_view text) {
  const auto found = find_label(kLabels, text);
  REQUIRE_FALSE(found.has_value());
  return found.error();
}

}  // namespace

TEST_CASE("an index names its class, even where a label looks like an index") {
  CHECK(find_label(kLabels, "3") == 3);
  CHECK(find_label(kLabels, "0") == 0);
}

TEST_CASE("a whole label wins over longer ones that begin with it") {
  CHECK(find_label(kLabels, "tiger") == 3);
  CHECK(find_label(kLabels, "tiger cat") == 1);
}

TEST_CASE("case does not matter") {
  CHECK(find_label(kLabels, "egyptian CAT") == 2);
}

TEST_CASE("the beginning of one label only names it") {
  CHECK(find_label(kLabels, "tab") == 0);
  CHECK(find_label(kLabels, "E") == 2);
}

TEST_CASE("a label that looks like an index beyond the classes is found") {
  CHECK(find_label(kLabels, "7") == 6);
}

TEST_CASE("an index beyond the classes is out of range, and the range is told") {
  const Error error = error_of("99");
  CHECK(error.code == ErrorCode::out_of_range);
  CHECK(error.message == "class 99: wanted an index 0 to 6");
  CHECK(error_of("-1").code == ErrorCode::out_of_range);
}

TEST_CASE("a beginning that several labels share is refused, naming them with their indices") {
  const Error error = error_of("ti");
  CHECK(error.code == ErrorCode::invalid_argument);
  CHECK(error.message == "class \"ti\": 2 labels match: \"tiger cat\" (1), \"tiger\" (3); wanted one (an index will do)");
}

TEST_CASE("a label that two classes have is refused, naming both indices") {
  CHECK(error_of("crane").message.contains("\"crane\" (4), \"crane\" (5)"));
}

TEST_CASE("a misspelt label is answered with close ones") {
  CHECK(error_of("tigre").message == "class \"tigre\": no such label; close ones are \"tiger\" (3)");
  CHECK(error_of("cat").message.contains("\"Egyptian cat\" (2)"));
}

TEST_CASE("a word like no label says so") {
  CHECK(error_of("locomotive").message.contains("no label is like it; wanted an index 0 to 6"));
}
