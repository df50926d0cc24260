#include "base/error.h"

namespace whybox {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::out_of_range: return "out_of_range";
    case ErrorCode::shape_mismatch: return "shape_mismatch";
    case ErrorCode::bad_model: return "bad_model";
    case ErrorCode::unsupported_operator: return "unsupported_operator";
    case ErrorCode::unsupported_type: return "unsupported_type";
    case ErrorCode::bad_image: return "bad_image";
    case ErrorCode::bad_labels: return "bad_labels";
    case ErrorCode::bad_archive: return "bad_archive";
    case ErrorCode::not_finite: return "not_finite";
    case ErrorCode::out_of_memory: return "out_of_memory";
    case ErrorCode::io: return "io";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

std::unexpected<Error> fail_in(std::string_view place, Error error) {
  return std::unexpected(Error{error.code, std::format("{}: {}", place, error.message)});
}

}  // namespace whybox
