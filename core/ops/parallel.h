#pragma once
#include <pthreadpool.h>

#include <algorithm>
#include <cstddef>

namespace whybox {

/// Calls body(i) for i in [0, count) on the pool's threads; on this one when there is no pool. Each i must write its own
/// memory only, so that the result does not depend on the number of threads.
template <class Body>
void parallel_for(pthreadpool* threads, std::size_t count, const Body& body) {
  const auto call = [](void* context, std::size_t i) { (*static_cast<const Body*>(context))(i); };
  pthreadpool_parallelize_1d(threads, call, const_cast<Body*>(&body), count, 0);
}

/// Calls body(thread, i): `thread` counts those of the pool, 0 when there is none, for memory that each has to itself.
template <class Body>
void parallel_for_threads(pthreadpool* threads, std::size_t count, const Body& body) {
  const auto call = [](void* context, std::size_t thread, std::size_t i) { (*static_cast<const Body*>(context))(thread, i); };
  pthreadpool_parallelize_1d_with_thread(threads, call, const_cast<Body*>(&body), count, 0);
}

/// Calls body(begin, end) for pieces of [0, count) of a size that is worth a thread's while.
template <class Body>
void parallel_pieces(pthreadpool* threads, std::size_t count, const Body& body) {
  constexpr std::size_t kPiece = 1 << 14;
  parallel_for(threads, (count + kPiece - 1) / kPiece,
               [&](std::size_t job) { body(job * kPiece, std::min(count, (job + 1) * kPiece)); });
}

}  // namespace whybox
