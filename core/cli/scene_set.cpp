#include "cli/scene_set.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/file.h"
#include "cli/image_file.h"
#include "cli/npy.h"

namespace whybox::cli {
namespace {

constexpr int kDrawThreads = 2;
constexpr int kChunk = 512;  // scenes in memory at once: 20 MB at 96 pixels

/// One array that grows by whole scenes.
class ArrayFile {
 public:
  ArrayFile(std::string path, const std::vector<int>& shape) : path_(std::move(path)), stream_(path_, std::ios::binary) {
    stream_ << npy_header("|u1", shape);
  }
  void write(const std::vector<std::uint8_t>& values) {
    stream_.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size()));
  }
  Result<void> close() {
    stream_.close();
    if (!stream_) return fail(ErrorCode::io, "{}: cannot be written", path_);
    return {};
  }

 private:
  std::string path_;
  std::ofstream stream_;
};

/// Scenes first, ..., first + count - 1 of the set.
Result<std::vector<Scene>> draw_chunk(const SceneSet& set, int first, int count) {
  std::vector<Scene> scenes(static_cast<std::size_t>(count));
  std::array<std::optional<Error>, kDrawThreads> errors;
  const auto work = [&](int thread) {
    for (int i = thread; i < count && !errors[static_cast<std::size_t>(thread)]; i += kDrawThreads) {
      auto scene = set.kind.draw(set.params, set.seed + static_cast<std::uint64_t>(first + i), set.size);
      if (scene) scenes[static_cast<std::size_t>(i)] = *std::move(scene);
      else errors[static_cast<std::size_t>(thread)] = scene.error();
    }
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kDrawThreads; ++thread) threads.emplace_back(work, thread);
  for (std::thread& thread : threads) thread.join();
  for (auto& error : errors)
    if (error) return std::unexpected(*std::move(error));
  return scenes;
}

Result<void> write_one(const SceneSet& set, std::uint64_t seed, const std::filesystem::path& folder) {
  WHYBOX_TRY(const Scene scene, set.kind.draw(set.params, seed, set.size));
  const std::string stem = (folder / std::to_string(seed)).string();
  WHYBOX_CHECK(write_png(stem + ".png", scene.image));
  WHYBOX_CHECK(write_png(stem + ".mask.png", mask_image(scene.truth, set.size)));
  const nlohmann::ordered_json facts{{"kind", set.kind.id},
                                     {"seed", std::to_string(seed)},
                                     {"label", scene.label},
                                     {"class_name", set.kind.classes[static_cast<std::size_t>(scene.label)]}};
  const std::string text = facts.dump(2) + "\n";
  return write_file(stem + ".json", std::as_bytes(std::span(text)));
}

}  // namespace

Result<void> write_scene_arrays(const SceneSet& set, const std::string& path) {
  const std::string stem = path.ends_with(".npy") ? path.substr(0, path.size() - 4) : path;
  ArrayFile images(stem + ".npy", {set.count, set.size, set.size, 3});
  ArrayFile labels(stem + ".labels.npy", {set.count});
  ArrayFile masks(stem + ".masks.npy", {set.count, set.size, set.size});
  for (int first = 0; first < set.count; first += kChunk) {
    WHYBOX_TRY(const auto scenes, draw_chunk(set, first, std::min(kChunk, set.count - first)));
    for (const Scene& scene : scenes) {
      images.write(scene.image.pixels);
      labels.write({static_cast<std::uint8_t>(scene.label)});
      masks.write(scene.truth.coverage);
    }
  }
  WHYBOX_CHECK(images.close());
  WHYBOX_CHECK(labels.close());
  return masks.close();
}

Result<void> write_scene_files(const SceneSet& set, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::io, "{}: cannot be made: {}", folder, error.message());
  for (int i = 0; i < set.count; ++i) WHYBOX_CHECK(write_one(set, set.seed + static_cast<std::uint64_t>(i), folder));
  return {};
}

Image mask_image(const SceneMask& mask, int size) {
  Image image{size, size, {}};
  for (const std::uint8_t value : mask.coverage) image.pixels.insert(image.pixels.end(), 3, value);
  return image;
}

}  // namespace whybox::cli
