#include "base/error.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

using namespace whybox;

namespace {

Result<int> half(int value) {
  if (value % 2) return fail(ErrorCode::invalid_argument, "half: got {}, wanted an even number", value);
  return value / 2;
}

Result<int> quarter(int value) {
  WHYBOX_TRY(const int once, half(value));
  WHYBOX_CHECK(half(once));
  WHYBOX_TRY(const int twice, half(once));
  return twice;
}

}  // namespace

TEST_CASE("WHYBOX_TRY binds a value and hands an error on") {
  CHECK(quarter(12).value() == 3);
  REQUIRE_FALSE(quarter(3));
  CHECK(quarter(3).error().message == "half: got 3, wanted an even number");
}

TEST_CASE("WHYBOX_CHECK returns the error of what it checks") {
  REQUIRE_FALSE(quarter(6));
  CHECK(quarter(6).error().message == "half: got 3, wanted an even number");
}

TEST_CASE("fail_in puts the place before the message and keeps the code") {
  const auto failed = fail_in("labels.txt", Error{ErrorCode::bad_labels, "is empty"});
  CHECK(failed.error().code == ErrorCode::bad_labels);
  CHECK(failed.error().message == "labels.txt: is empty");
}

TEST_CASE("every error code has a name of its own") {
  std::set<std::string_view> names;
  for (int code = 0; code <= int(ErrorCode::internal); ++code) names.insert(to_string(ErrorCode(code)));
  CHECK(names.size() == std::size_t(ErrorCode::internal) + 1);
  CHECK(to_string(ErrorCode::bad_model) == "bad_model");
}
