#pragma once
#include <expected>
#include <format>
#include <string>
#include <string_view>
#include <utility>

namespace whybox {

/// What kind of thing went wrong. The message says what, where, got and wanted; the code lets a caller react.
enum class ErrorCode {
  invalid_argument,
  out_of_range,
  shape_mismatch,
  bad_model,
  unsupported_operator,
  unsupported_type,
  bad_image,
  bad_labels,
  bad_archive,
  not_finite,
  out_of_memory,
  io,
  internal,
};

/// The code's name as it appears in JSON and in error tables, e.g. "bad_model".
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::bad_model, "Conv2D #{}: stride_h is {}, must be at least 1", index, stride);`
template <class... Args>
std::unexpected<Error> fail(ErrorCode code, std::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Error{code, std::format(text, std::forward<Args>(args)...)});
}

/// Hands an error on with the place it came from put before its message.
std::unexpected<Error> fail_in(std::string_view place, Error error);

#define WHYBOX_JOIN_(a, b) a##b
#define WHYBOX_JOIN(a, b) WHYBOX_JOIN_(a, b)
#define WHYBOX_TRY_(result, declaration, expression)             \
  auto result = (expression);                                    \
  if (!result) return std::unexpected(std::move(result).error()); \
  declaration = *std::move(result)

/// `WHYBOX_TRY(auto graph, read(bytes));` binds the value or returns the error.
#define WHYBOX_TRY(declaration, expression) \
  WHYBOX_TRY_(WHYBOX_JOIN(whybox_result_, __LINE__), declaration, expression)

/// `WHYBOX_CHECK(validate(graph));` goes on, or returns the error.
#define WHYBOX_CHECK(expression)                                                              \
  do {                                                                                        \
    if (auto whybox_checked = (expression); !whybox_checked)                                  \
      return std::unexpected(std::move(whybox_checked).error());                              \
  } while (false)

}  // namespace whybox
